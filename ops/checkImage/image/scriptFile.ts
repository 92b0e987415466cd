/** How the kernel and a shell read a script. */

/** The program that the first line names, e.g. "/bin/sh" of `#!/bin/sh -e`; a CR belongs to the name, as for the kernel. */
export function interpreterOf(text: string): string | undefined {
  const [, program] = /^#![ \t]*([^ \t\n]+)/.exec(text) ?? [];
  return program;
}

/** Lines that end with CR and LF, as editors on Windows write them. */
export const hasWindowsLineEnds = (text: string): boolean => /^#![^\n]*\r\n/.test(text) || /\r\n[^\n]*\r\n/.test(text);

/** Whether the last command of a shell script takes the shell's place: `exec "$@"`. */
export function endsInExec(text: string): boolean {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
  // What follows an exec is never reached, unless the exec stands in a branch.
  return lines.slice(-4).some((line) => /(?:^|[;&|]\s*)exec\s+(?![0-9]*[<>])\S/.test(line));
}

/** Whether a shell script starts what it is given, in its own place: `exec "$@"`. */
export const startsItsArguments = (text: string): boolean => /(?:^|[\s;&|])exec\s[^\n]*\$[@*]/.test(text);
