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
  for (const path of contextFiles(context.folder)) {
    const full = join(context.folder, path);
    const stat = lstatSync(full);
    if (stat.isSymbolicLink()) add("link", path, readlinkSync(full));
    else add((stat.mode & 0o111) === 0 ? "file" : "program", path, readFileSync(full));
  }
  return hash.digest("hex").slice(0, 12);
}

/** The files and links below a folder that `.dockerignore` does not leave out, as sorted paths with "/" from the folder. */
export function contextFiles(folder: string): string[] {
  const ignoreFile = join(folder, ".dockerignore");
  const filter = dockerignore({ ignorecase: false });
  if (existsSync(ignoreFile)) filter.add(readFileSync(ignoreFile, "utf8"));
  const found: string[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isDirectory()) continue;
    const path = relative(resolve(folder), join(resolve(entry.parentPath), entry.name))
      .split(sep)
      .join("/");
    if (!filter.ignores(path)) found.push(path);
  }
  return found.sort();
}
