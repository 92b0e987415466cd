/** How the kernel and a shell read a script. */

/**
 * The program named in the first line, e.g. "/bin/sh" for `#!/bin/sh -e`. A CR counts as part of the name, as in the
 * kernel.
 */
export function interpreterOf(text: string): string | undefined {
  const [, program] = /^#![ \t]*([^ \t\n]+)/.exec(text) ?? [];
  return program;
}

/** CRLF line endings, as written by editors on Windows. */
export const hasWindowsLineEnds = (text: string): boolean => /^#![^\n]*\r\n/.test(text) || /\r\n[^\n]*\r\n/.test(text);

/** Whether the last command of a shell script replaces the shell: `exec "$@"`. */
export function endsInExec(text: string): boolean {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
  // Nothing after an exec runs, unless the exec is inside a branch.
  return lines.slice(-4).some((line) => /(?:^|[;&|]\s*)exec\s+(?![0-9]*[<>])\S/.test(line));
}

/** Whether a shell script execs its arguments: `exec "$@"`. */
export const startsItsArguments = (text: string): boolean => /(?:^|[\s;&|])exec\s[^\n]*\$[@*]/.test(text);
