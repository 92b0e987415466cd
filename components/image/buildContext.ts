/**
 * Derives a tag from the content of a build context. The same content gives the same tag, so an unchanged service is
 * neither rebuilt nor rolled out. A tag from the git commit would rebuild the image for every commit anywhere
 * (pulumi-docker#872).
 */
import { createHash } from "node:crypto";
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import ignoreModule from "@balena/dockerignore";

// A CommonJS module: depending on the loader, the function is the module itself or its default export.
const dockerignore = ignoreModule as unknown as typeof ignoreModule.default;

export interface BuildContext {
  /** Folder to send to the builder. */
  folder: string;
  /** Path of the Dockerfile. */
  dockerfile: string;
  /** Other inputs of the build: build arguments, target, platform. */
  options: Record<string, string>;
}

/**
 * Returns twelve hexadecimal digits (48 bits) of a hash over the paths, modes and contents of the files sent to the
 * builder, the Dockerfile and the options. File times and owners do not count.
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
 * Returns what the builder receives from a folder: files, links and empty folders, as sorted relative paths with "/".
 * `DOCKERFILE.dockerignore`, or else the folder's `.dockerignore`, excludes entries, as in BuildKit and the docker
 * provider.
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
  // Folders with content are implied by their files. Only empty folders need an entry.
  const filled = new Set(entries.flatMap(({ path }) => foldersAbove(path)));
  return entries
    .filter(({ isFolder, path }) => !isFolder || !filled.has(path))
    .map(({ path }) => path)
    .sort();
}

/** Returns the parent folders of a path: "a/b" and "a" for "a/b/c". */
const foldersAbove = (path: string) =>
  path.split("/").flatMap((_, index, parts) => (index === 0 ? [] : [parts.slice(0, index).join("/")]));
