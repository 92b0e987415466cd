/** The policies in force: those of the base commit. The change's own policies may be the ones that it breaks. */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { git } from "./touched.ts";

/** The pack, and the packages that it imports by name. */
const packages = ["policy", "validate"];

/**
 * Calls back with a folder that contains `policy/` as of a commit. The folder is inside the project, because the pack
 * needs its packages. `undefined` if the commit has no policies.
 */
export async function withPoliciesOf<T>(
  folder: string,
  commit: string,
  act: (checkout: string | undefined) => Promise<T>,
): Promise<T> {
  const listed = (await git(folder, "ls-tree", "--name-only", "-z", commit, "--", ...packages)).split("\0");
  const had = packages.filter((name) => listed.includes(name));
  if (!had.includes("policy")) return act(undefined);
  const scratch = mkdtempSync(join(folder, ".tarmac-base-"));
  try {
    const archive = join(scratch, "policies.tar");
    await git(folder, "archive", "--format=tar", `--output=${archive}`, commit, "--", ...had);
    await promisify(execFile)("tar", ["--extract", "--file", archive, "--directory", scratch]);
    rmSync(archive);
    // Imports by package name then resolve to these copies, not to the change's.
    const modules = join(scratch, "node_modules", "@tarmac");
    mkdirSync(modules, { recursive: true });
    for (const name of had) if (existsSync(join(scratch, name))) symlinkSync(join(scratch, name), join(modules, name));
    return await act(scratch);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
