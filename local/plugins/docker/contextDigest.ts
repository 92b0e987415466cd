/**
 * The digest by which an image knows that its build context changed.
 *
 * It is the official plugin's to the byte (pulumi-docker, provider/provider.go: `hashContext`), because it stands in the
 * inputs in the state: an image that one of the two built is unchanged for the other.
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

/** Where a link leads, as a path of the same kind as the link's own. A link to nowhere counts by its text. */
function linkTarget(source: string): string {
  try {
    const target = realpathSync(source);
    return isAbsolute(source) ? target : relative(realpathSync("."), target);
  } catch {
    return readlinkSync(source);
  }
}

/** 64 hexadecimal digits over the names, modes and contents of what is sent to the builder, and the Dockerfile. */
export function contextDigest(context: string, dockerfile: string): string {
  const whole = createHash("sha256");
  const add = (name: string, mode: string, content: Buffer | string) => {
    whole.update(normalize(name)).update(mode).update(createHash("sha256").update(content).digest()).update("\0");
  };
  // Under a fixed name: the builder cares for what a Dockerfile says, not for what it is called.
  add("Dockerfile", noMode, readFileSync(dockerfile));
  for (const { path, source, stat } of contextEntries(context, ignorePatterns(context, dockerfile))) {
    if (!stat.isDirectory()) {
      add(path, goFileMode(stat), stat.isSymbolicLink() ? linkTarget(source) : readFileSync(source));
    }
  }
  return whole.digest("hex");
}
