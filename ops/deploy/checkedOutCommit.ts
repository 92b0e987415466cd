/** The commit of a checkout. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

export interface CheckedOut {
  commit: string;
  /** Whether tracked files are unmodified. */
  clean: boolean;
}

/** @returns the output; `undefined` if git fails */
export const gitIn = (folder: string, ...args: string[]): Promise<string | undefined> =>
  promisify(execFile)("git", args, { cwd: folder, maxBuffer: 2 ** 26 }).then(
    ({ stdout }) => stdout,
    () => undefined,
  );

/** @returns `undefined` for a folder that is not a clone */
export async function checkedOutCommit(folder: string): Promise<CheckedOut | undefined> {
  const commit = (await gitIn(folder, "rev-parse", "HEAD"))?.trim();
  if (commit === undefined) return undefined;
  const changes = await gitIn(folder, "status", "--porcelain", "--untracked-files=no", "--", ".");
  return { commit, clean: changes?.trim() === "" };
}
