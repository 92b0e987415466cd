/** Python packages at pinned versions, in virtual environments of their own in the cache. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../layout.ts";
import { step } from "../progress.ts";

/**
 * Installs the packages of `python/NAME.txt`, which lists everything that they need, unless the cache has them.
 * @param title what is installed, for the announcement
 * @returns the folder with their programs @throws Error when Python or a package is missing
 */
export async function pythonPackages(name: string, title: string): Promise<string> {
  const requirements = join(import.meta.dirname, "python", `${name}.txt`);
  const key = createHash("sha256").update(readFileSync(requirements)).digest("hex").slice(0, 8);
  const folder = join(cacheFolder, `${name}-${key}`);
  const programs = join(folder, "bin");
  // Written last, so that an interrupted installation starts again.
  const whole = join(folder, "complete");
  if (existsSync(whole)) return programs;
  rmSync(folder, { recursive: true, force: true });
  await step(`Installing ${title}`, () => {
    const options = { stdio: ["ignore", "ignore", "inherit"] as ["ignore", "ignore", "inherit"] };
    execFileSync("python3", ["-m", "venv", folder], options);
    execFileSync(join(programs, "pip"), ["install", "--quiet", "--no-deps", "--requirement", requirements], options);
    writeFileSync(whole, "");
  });
  return programs;
}
