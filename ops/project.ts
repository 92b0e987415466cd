/** Where a command works: the folder of the project, and the folder that paths on the command line start from. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** Folder of the command's caller. npm runs its scripts in the project's folder and says here where it was called. */
export const caller = process.env.INIT_CWD ?? process.cwd();

/** The nearest folder with a Pulumi.yaml, from `start` upward, as Pulumi itself looks for it; `start` where there is none. */
export function projectAbove(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "Pulumi.yaml"))) return folder;
    if (folder === dirname(folder)) return start;
  }
}

/** Folder of the project. */
export const project = projectAbove(process.cwd());
