/**
 * Replaces `npm ci` on a runner of the rehearsal: links the packages of this checkout, and uses the workspace packages of the
 * clone. Run it in the clone: `node linkedPackages.ts CHECKOUT ci`.
 */
import { existsSync, mkdirSync, readdirSync, readlinkSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";

/** @throws Error when the clone needs other packages than the checkout has */
export function linkPackages(checkout: string, clone: string): void {
  const lock = (folder: string) => readFileSync(join(folder, "package-lock.json"), "utf8");
  if (lock(checkout) !== lock(clone)) throw new Error("package-lock.json differs from that of the checkout");
  const [from, to] = [join(checkout, "node_modules"), join(clone, "node_modules")];
  if (existsSync(to)) return;
  mkdirSync(to);
  for (const name of readdirSync(from)) {
    // Relative links point into the clone: commands, and the packages of the workspace.
    if (name !== ".bin" && name !== "@tarmac") symlinkSync(join(from, name), join(to, name));
    else {
      mkdirSync(join(to, name));
      for (const link of readdirSync(join(from, name)))
        symlinkSync(readlinkSync(join(from, name, link)), join(to, name, link));
    }
  }
}

if (import.meta.main) {
  const [checkout = "", command = ""] = process.argv.slice(2);
  if (command !== "ci") throw new Error(`the rehearsal's npm knows "npm ci" only, not "npm ${command}"`);
  linkPackages(checkout, process.cwd());
}
