/** `npm run scan`: runs scanners on the repository. Each is installed into the cache at a pinned version on first use. */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commandLine } from "../commandLine.ts";
import { step } from "../progress.ts";
import { cacheFolder, checkoutFolder } from "../settings.ts";
import { buildOnDemand } from "./buildOnDemand.ts";
import type { Tool } from "./tools.ts";

const gitleaks: Tool = {
  name: "gitleaks",
  title: "gitleaks",
  package: "github.com/zricethezav/gitleaks/v8",
  module: "github.com/zricethezav/gitleaks/v8",
  versionFlags: ["github.com/zricethezav/gitleaks/v8/version.Version={n}"],
  programs: ["gitleaks"],
  buildMinutes: 1,
};

const requirements = join(checkoutFolder, "local", "toolchain", "python", "scanners.txt");

/** @returns the folder with the programs of the Python packages @throws Error when Python or a package is missing */
async function pythonPrograms(): Promise<string> {
  const key = createHash("sha256").update(readFileSync(requirements)).digest("hex").slice(0, 8);
  const folder = join(cacheFolder, `scanners-${key}`);
  const programs = join(folder, "bin");
  // Written last, so that an interrupted installation starts again.
  const whole = join(folder, "complete");
  if (existsSync(whole)) return programs;
  rmSync(folder, { recursive: true, force: true });
  await step("Installing checkov, hadolint and zizmor", () => {
    const options = { stdio: ["ignore", "ignore", "inherit"] as ["ignore", "ignore", "inherit"] };
    execFileSync("python3", ["-m", "venv", folder], options);
    execFileSync(join(programs, "pip"), ["install", "--quiet", "--no-deps", "--requirement", requirements], options);
    writeFileSync(whole, "");
  });
  return programs;
}

/** The scanners with their arguments. All of them exit with a code other than 0 if they find something. */
async function scans(): Promise<{ name: string; program: string; args: string[] }[]> {
  const programs = await pythonPrograms();
  return [
    { name: "gitleaks", program: await buildOnDemand(gitleaks), args: ["dir", ".", "--no-banner", "--redact"] },
    { name: "zizmor", program: join(programs, "zizmor"), args: ["--offline", "--quiet", ".github"] },
    { name: "hadolint", program: join(programs, "hadolint"), args: ["app/Dockerfile"] },
    { name: "checkov", program: join(programs, "checkov"), args: ["--directory", "."] },
  ];
}

const help = `npm run scan

Runs gitleaks, zizmor, hadolint and checkov on the repository. They are installed on first use, at the versions that this
checkout pins, into the cache of tools (needs Go and Python 3 with venv). What they say and is meant as it is stands with its
reason in .gitleaks.toml, .github/zizmor.yml and .checkov.yaml.

  -h, --help   this text

Exit code: 0 silent, 1 findings, 2 could not run.
`;

if (import.meta.main) {
  commandLine(help, {});
  try {
    for (const { name, program, args } of await scans()) {
      process.stdout.write(`${name}\n`);
      const { status, error } = spawnSync(program, args, { cwd: checkoutFolder, stdio: "inherit" });
      if (error !== undefined) throw error;
      if (status !== 0) {
        process.stdout.write(`${name} has findings.\n`);
        process.exitCode = 1;
      }
    }
  } catch (error) {
    process.stderr.write(`The scanners could not run: ${(error as Error).message}\n`);
    process.exitCode = 2;
  }
}
