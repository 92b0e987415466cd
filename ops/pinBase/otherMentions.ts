/** Finds other places that name the version of a base and must change with it. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pullSource, splitImageReference } from "@tarmac/validate/imageReference";
import { code } from "../report/markdown.ts";
import type { PinnedBase } from "./pinnedDockerfile.ts";

/**
 * The package `node` in package.json, and stack files that name the tag, e.g. in `buildArgs`.
 * @param folder of the project
 * @returns one line of Markdown each, none if only digests move
 */
export function otherMentions(folder: string, bases: readonly PinnedBase[]): string[] {
  const lines = bases.flatMap(({ from, to }) => {
    const [before, after] = [splitImageReference(from), splitImageReference(to)];
    if (before.tag === undefined || after.tag === undefined || before.tag === after.tag) return [];
    const { tag } = before;
    const stackFiles = readdirSync(folder).filter(
      (file) => /^Pulumi\.[\w-]+\.yaml$/.test(file) && readFileSync(join(folder, file), "utf8").includes(tag),
    );
    const [oldVersion, newVersion] = [versionIn(tag), versionIn(after.tag)];
    const isNode = pullSource(before).repository.split("/").at(-1) === "node";
    return [
      ...(isNode && packageVersion(folder) === oldVersion && newVersion !== undefined
        ? [`the package: ${code(`npm install --save-dev --save-exact node@${newVersion}`)}`]
        : []),
      ...stackFiles.map((file) => `${code(file)}, which names ${code(tag)}`),
    ];
  });
  return [...new Set(lines)];
}

const versionIn = (tag: string) => /^v?(\d+\.\d+\.\d+)/.exec(tag)?.[1];

/** The version of the package `node`, if the project has it. */
function packageVersion(folder: string): string | undefined {
  const file = join(folder, "package.json");
  if (!existsSync(file)) return undefined;
  const { devDependencies = {}, dependencies = {} } = JSON.parse(readFileSync(file, "utf8")) as Record<
    "dependencies" | "devDependencies",
    Record<string, string> | undefined
  >;
  return devDependencies.node ?? dependencies.node;
}
