/**
 * The digest of a build context, which changes when a file changes.
 *
 * It is identical to the official plugin's (pulumi-docker, provider/provider.go: `hashContext`). It is a part of the inputs in the
 * state, so an image that one of the two plugins built is unchanged for the other.
 */
import { createHash } from "node:crypto";
import { readFileSync, readlinkSync, realpathSync } from "node:fs";
import type { Stats } from "node:fs";
import { isAbsolute, normalize, relative } from "node:path";

import { contextEntries, ignorePatterns } from "./contextFiles.ts";

const noMode = "----------";

/** A file's mode as Go prints it: `-rw-r--r--`, `Lrwxrwxrwx` for a link, `urwxr-xr-x` with the set-user-id bit. */
export function goFileMode(stat: Pick<Stats, "mode" | "isSymbolicLink">): string {
  const { mode } = stat;
  const special =
    (stat.isSymbolicLink() ? "L" : "") +
    ((mode & 0o4000) !== 0 ? "u" : "") +
    ((mode & 0o2000) !== 0 ? "g" : "") +
    ((mode & 0o1000) !== 0 ? "t" : "");
  const permissions = [..."rwxrwxrwx"].map((letter, bit) => ((mode & (0o400 >> bit)) !== 0 ? letter : "-"));
  return (special === "" ? "-" : special) + permissions.join("");
}

/** The target of a link, as an absolute or relative path like the link's own. For a broken link, its text. */
function linkTarget(source: string): string {
  try {
    const target = realpathSync(source);
    return isAbsolute(source) ? target : relative(realpathSync("."), target);
  } catch {
    return readlinkSync(source);
  }
}

/** 64 hexadecimal digits from the names, modes and contents of the context's files and the Dockerfile. */
export function contextDigest(context: string, dockerfile: string): string {
  const whole = createHash("sha256");
  const add = (name: string, mode: string, content: Buffer | string) => {
    whole.update(normalize(name)).update(mode).update(createHash("sha256").update(content).digest()).update("\0");
  };
  // Under a fixed name: the name of a Dockerfile does not change what is built.
  add("Dockerfile", noMode, readFileSync(dockerfile));
  for (const { path, source, stat } of contextEntries(context, ignorePatterns(context, dockerfile))) {
    if (!stat.isDirectory()) {
      add(path, goFileMode(stat), stat.isSymbolicLink() ? linkTarget(source) : readFileSync(source));
    }
  }
  return whole.digest("hex");
}
