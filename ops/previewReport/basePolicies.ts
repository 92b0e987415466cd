/**
 * The policies that are in force: those of the commit that a change is to be merged into. The change's own may be the ones that
 * it breaks.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { git } from "./touched.ts";

/** The pack, and what it imports by the name of a package. */
const packages = ["policy", "validate"];

/**
 * Hands on a folder that has `policy/` as a commit has it, inside the project, whose packages the pack needs; `undefined` when
 * the commit has no policies.
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
    // By name they find each other, and not the change's.
    const modules = join(scratch, "node_modules", "@tarmac");
    mkdirSync(modules, { recursive: true });
    for (const name of had) if (existsSync(join(scratch, name))) symlinkSync(join(scratch, name), join(modules, name));
    return await act(scratch);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
