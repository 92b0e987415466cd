/** Where a command works: the folder of the project, and the folder that paths on the command line start from. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parse } from "yaml";

/** Folder of the command's caller. npm runs its scripts in the project's folder and says here where it was called. */
export const caller = process.env.INIT_CWD ?? process.cwd();

/** The nearest folder with a Pulumi.yaml, from `start` upward, as Pulumi itself looks for it; `start` where there is none. */
export function projectAbove(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "Pulumi.yaml"))) return folder;
    if (folder === dirname(folder)) return start;
  }
}

/** Another folder than the current one, e.g. with an older commit of the program, whose own commands are not to be used. */
const { TARMAC_PROJECT: otherFolder = "" } = process.env;

/** Folder of the project. */
export const project = projectAbove(resolve(otherFolder));

/** Name of the project in a folder, which stands before the colon of its settings: `NAME:replicas`. */
export function projectNameIn(folder: string): string {
  const file = join(folder, "Pulumi.yaml");
  const { name } = existsSync(file) ? ((parse(readFileSync(file, "utf8")) ?? {}) as { name?: unknown }) : {};
  return typeof name === "string" ? name : "tarmac";
}
