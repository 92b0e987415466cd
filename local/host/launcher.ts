/** Writes small shell scripts that start a program, for callers that need an executable where the program needs an interpreter. */
import { chmodSync } from "node:fs";
import { writeText } from "./daemonFiles.ts";

/** Quotes a word for a shell script. */
export const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/** Writes an executable that runs a command line with its own arguments added. Creates the folder. */
export function writeLauncher(path: string, words: readonly string[]): void {
  writeText(path, `#!/bin/sh\nexec ${words.map(quoted).join(" ")} "$@"\n`);
  chmodSync(path, 0o755);
}
