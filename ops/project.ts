/** Where a command works: the project's folder, and the folder that command-line paths are relative to. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parse } from "yaml";

/**
 * Folder of the command's caller. npm runs scripts in the project's folder and passes the caller's folder in this
 * variable.
 */
export const caller = process.env.INIT_CWD ?? process.cwd();

/**
 * The nearest folder with a Pulumi.yaml, from `start` upward, found the same way as Pulumi does; `start` if there is
 * none.
 */
export function projectAbove(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "Pulumi.yaml"))) return folder;
    if (folder === dirname(folder)) return start;
  }
}

/**
 * A folder other than the current one, e.g. with an older commit of the program, whose own commands must not be used.
 */
const { TARMAC_PROJECT: otherFolder = "" } = process.env;

/** Folder of the project. */
export const project = projectAbove(resolve(otherFolder));

/** Name of the project in a folder: the prefix of its settings, `NAME:replicas`. */
export function projectNameIn(folder: string): string {
  const file = join(folder, "Pulumi.yaml");
  const { name } = existsSync(file) ? ((parse(readFileSync(file, "utf8")) ?? {}) as { name?: unknown }) : {};
  return typeof name === "string" ? name : "tarmac";
}
