/** A copy of the checkout in which a test may change files. */
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { checkoutFolder } from "../../local/layout.ts";
import { run } from "./runProgram.ts";

/** The current files of the checkout, without what git ignores. Without git, everything except packages. */
async function checkoutFiles(): Promise<string[]> {
  const ours = (path: string) =>
    !/^(?:node_modules|\.git)(?:\/|$)/.test(path) && existsSync(join(checkoutFolder, path));
  const list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const listed = await run("git", list, { env: process.env }).then(
    (stdout) => stdout.split("\0"),
    () => undefined,
  );
  if (listed !== undefined) return listed.filter((path) => path !== "" && ours(path));
  return readdirSync(checkoutFolder).filter(ours);
}

/** Copies the files into a folder, and links the packages there. */
export async function copyCheckout(folder: string): Promise<void> {
  for (const path of await checkoutFiles()) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(checkoutFolder, path), join(folder, path), { recursive: true });
  }
  symlinkSync(join(checkoutFolder, "node_modules"), join(folder, "node_modules"));
}
