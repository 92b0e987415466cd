/** Python packages at pinned versions, in virtual environments of their own in the cache. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
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
  const folder = join(cacheFolder, `python-${name}-${key}`);
  const programs = join(folder, "bin");
  if (existsSync(programs)) return programs;
  await step(`Installing ${title}`, () => {
    // Two commands may install at the same time. Each does so in a folder of its own, whose path stands in its programs, and links it
    // when it is complete.
    mkdirSync(cacheFolder, { recursive: true });
    const own = mkdtempSync(`${folder}-`);
    const options = { stdio: ["ignore", "ignore", "inherit"] as ["ignore", "ignore", "inherit"] };
    try {
      execFileSync("python3", ["-m", "venv", own], options);
      const pip = join(own, "bin", "pip");
      execFileSync(pip, ["install", "--quiet", "--no-deps", "--requirement", requirements], options);
      symlinkSync(own, folder);
    } catch (error) {
      rmSync(own, { recursive: true });
      if (!existsSync(programs)) throw error;
    }
  });
  return programs;
}
