/** Small shell scripts that start a program: for those who call an executable by a name, where the program needs an interpreter. */
import { chmodSync } from "node:fs";
import { writeText } from "./daemonFiles.ts";

/** A word of a shell script, whatever is in it. */
export const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/** Writes an executable that runs the words of a command line, and after them the arguments it is given. Makes the folder. */
export function writeLauncher(path: string, words: readonly string[]): void {
  writeText(path, `#!/bin/sh\nexec ${words.map(quoted).join(" ")} "$@"\n`);
  chmodSync(path, 0o755);
}
