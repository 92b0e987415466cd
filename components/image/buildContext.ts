/**
 * What a build context contains, as a version: the same content gives the same tag, so that nothing is built or rolled
 * out when nothing changed. A tag made of the git commit would rebuild for every commit anywhere (pulumi-docker#872).
 */
import { createHash } from "node:crypto";
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import ignoreModule from "@balena/dockerignore";

// CommonJS: depending on who loads it, the function is the module itself or its default.
const dockerignore = ignoreModule as unknown as typeof ignoreModule.default;

export interface BuildContext {
  /** Folder that is sent to the builder. */
  folder: string;
  /** Path of the Dockerfile. */
  dockerfile: string;
  /** What else decides about the image: build arguments, target, platform. */
  options: Record<string, string>;
}

/**
 * Twelve hexadecimal digits (48 bits) over the paths, modes and contents of what is sent to the builder, the Dockerfile
 * and the options. File times and owners do not count.
 */
export function contentTag(context: BuildContext): string {
  const hash = createHash("sha256");
  const add = (...parts: (string | Buffer)[]) => {
    for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  };
  add("options", JSON.stringify(context.options, Object.keys(context.options).sort()));
  add("dockerfile", readFileSync(context.dockerfile));
  for (const path of contextEntries(context.folder, context.dockerfile)) {
    const full = join(context.folder, path);
    const stat = lstatSync(full);
    if (stat.isSymbolicLink()) add("link", path, readlinkSync(full));
    else if (stat.isDirectory()) add("folder", path);
    else add((stat.mode & 0o111) === 0 ? "file" : "program", path, readFileSync(full));
  }
  return hash.digest("hex").slice(0, 12);
}

/**
 * What of a folder is sent to the builder: its files and links, and the folders that it copies empty, as sorted paths with
 * "/" from the folder. Left out is what `DOCKERFILE.dockerignore` names, or else the folder's `.dockerignore`, as
 * BuildKit and the docker provider have it.
 */
export function contextEntries(folder: string, dockerfile = join(folder, "Dockerfile")): string[] {
  const ignoreFile = [`${dockerfile}.dockerignore`, join(folder, ".dockerignore")].find((path) => existsSync(path));
  const filter = dockerignore({ ignorecase: false });
  if (ignoreFile !== undefined) filter.add(readFileSync(ignoreFile, "utf8"));
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true })
    .map((entry) => ({
      isFolder: entry.isDirectory(),
      path: relative(resolve(folder), join(resolve(entry.parentPath), entry.name))
        .split(sep)
        .join("/"),
    }))
    .filter(({ path }) => !filter.ignores(path));
  // A folder with something in it is there by that: only one that is sent empty says anything by itself.
  const filled = new Set(entries.flatMap(({ path }) => foldersAbove(path)));
  return entries
    .filter(({ isFolder, path }) => !isFolder || !filled.has(path))
    .map(({ path }) => path)
    .sort();
}

/** "a/b/c" lies in "a/b" and in "a". */
const foldersAbove = (path: string) =>
  path.split("/").flatMap((_, index, parts) => (index === 0 ? [] : [parts.slice(0, index).join("/")]));
