/** The files of a build context: everything in its folder that the ignore file does not exclude. */
import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import type { Stats } from "node:fs";
import { join } from "node:path";

import ignoreModule from "@balena/dockerignore";

// A CommonJS module whose types declare a default export. At run time the function is the module itself.
const dockerignore = ignoreModule as unknown as typeof ignoreModule.default;

/** A file, link or folder of a context. */
export interface ContextEntry {
  /** Relative to the context's folder, with "/". */
  path: string;
  /** Its path on this machine, absolute or relative like the context's own. */
  source: string;
  stat: Stats;
}

/**
 * The patterns of excluded files, from `<Dockerfile>.dockerignore` or else from the context's `.dockerignore`.
 */
export function ignorePatterns(context: string, dockerfile: string): string[] {
  const file = [`${dockerfile}.dockerignore`, join(context, ".dockerignore")].find((candidate) =>
    existsSync(candidate),
  );
  if (file === undefined) {
    return [];
  }
  const lines = readFileSync(file, "utf8")
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/);
  return lines.map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
}

/** Whether an exception (`!pattern`) may include something in an ignored folder. */
function mayHoldException(folder: string, exceptions: string[]): boolean {
  const parts = folder.split("/");
  return exceptions.some((exception) => {
    const wanted = exception.split("/");
    return parts.every((part, index) => {
      const pattern = wanted[index];
      return (
        wanted.slice(0, index + 1).includes("**") ||
        (pattern !== undefined && (/[*?[\\]/.test(pattern) || pattern === part))
      );
    });
  });
}

/** All entries of the context, folders before their contents, in byte order of their names. */
export function contextEntries(context: string, patterns: string[]): ContextEntry[] {
  const filter = dockerignore({ ignorecase: false }).add(patterns);
  const exceptions = patterns
    .filter((pattern) => pattern.startsWith("!"))
    .map((pattern) =>
      pattern
        .slice(1)
        .trim()
        .replace(/^\/+|\/+$/g, ""),
    );
  const entries: ContextEntry[] = [];
  const walk = (folder: string) => {
    const names = readdirSync(join(context, folder), "utf8");
    for (const name of names.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))) {
      const path = folder === "" ? name : `${folder}/${name}`;
      const source = join(context, path);
      const stat = lstatSync(source);
      const ignored = filter.ignores(path);
      if (!ignored && (stat.isFile() || stat.isDirectory() || stat.isSymbolicLink())) {
        entries.push({ path, source, stat });
      }
      if (stat.isDirectory() && (!ignored || mayHoldException(path, exceptions))) {
        walk(path);
      }
    }
  };
  walk("");
  return entries;
}
