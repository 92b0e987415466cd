/** Runs grype or trivy on an image. If the program or a recent database is missing, the result is "unknown", never "none". */
import { execFile } from "node:child_process";
import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { readGrypeReport } from "./grypeReport.ts";
import type { ScannedImage, UnknownVulnerabilities } from "./knownVulnerability.ts";
import { scanners, type Scanner, type ScanOptions } from "./scanOptions.ts";
import { readTrivyReport } from "./trivyReport.ts";

export interface ScanInput extends ScanOptions {
  /** The image as `docker save` writes it. */
  archive: () => Promise<Readable>;
  signal: AbortSignal;
  env?: NodeJS.ProcessEnv;
  now?: Date;
}

/** The first scan downloads a database of more than 100 MB. */
const minutes = 15;

/** @throws the reason of `signal` if that is aborted */
export async function scanImage(input: ScanInput): Promise<ScannedImage | UnknownVulnerabilities> {
  const { scanner, archive, signal, env = process.env, now = new Date() } = input;
  const wanted = scanner === "any" ? scanners : [scanner];
  const folder = mkdtempSync(join(tmpdir(), "tarmac-scan-"));
  try {
    const run: Run = async (program, args, more = {}) => {
      const end = await ended(program, args, { env: { ...env, ...more }, signal });
      signal.throwIfAborted();
      return end;
    };
    const found = await firstOnPath(wanted, run);
    if (found === undefined)
      return {
        unknown: `${wanted.join(" and ")} ${wanted.length > 1 ? "are" : "is"} not on PATH: install ${installed(wanted)}`,
      };
    const file = join(folder, "image.tar");
    await pipeline(await archive(), createWriteStream(file), { signal });
    const scanned = await (found === "grype" ? grype(file, input, run) : trivy(file, run));
    return "unknown" in scanned ? scanned : (agedProblem(scanned, input.databaseDays, now) ?? scanned);
  } catch (error) {
    if (signal.aborted) throw signal.reason as Error;
    return { unknown: `the image could not be written for the scanner: ${(error as Error).message}` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const pages: Record<Scanner, string> = {
  grype: "grype (https://github.com/anchore/grype#installation)",
  trivy: "trivy (https://trivy.dev/docs/latest/getting-started/)",
};
const installed = (wanted: readonly Scanner[]) => wanted.map((one) => pages[one]).join(" or ");

interface Ended {
  stdout: string;
  stderr: string;
  /** Exit code; a word such as ENOENT if it did not start; `timeout`. */
  code: number | string;
}
type Run = (program: Scanner, args: readonly string[], env?: Record<string, string>) => Promise<Ended>;

const ended = (
  program: string,
  args: readonly string[],
  { env, signal }: { env: NodeJS.ProcessEnv; signal: AbortSignal },
): Promise<Ended> =>
  new Promise((resolve) => {
    const limits = { timeout: minutes * 60_000, maxBuffer: 2 ** 28, encoding: "utf8" } as const;
    execFile(program, args, { ...limits, env, signal }, (error, stdout, stderr) =>
      resolve({ stdout, stderr, code: error === null ? 0 : error.killed === true ? "timeout" : (error.code ?? 1) }),
    );
  });

async function firstOnPath(wanted: readonly Scanner[], run: Run): Promise<Scanner | undefined> {
  for (const one of wanted) if ((await run(one, ["--version"])).code !== "ENOENT") return one;
  return undefined;
}

/** Exit code 2: a severity of the user's own configuration is exceeded; the report is complete. */
async function grype(
  file: string,
  { databaseDays: days }: ScanOptions,
  run: Run,
): Promise<ScannedImage | UnknownVulnerabilities> {
  const end = await run("grype", [`docker-archive:${file}`, "--output", "json"], {
    GRYPE_CHECK_FOR_APP_UPDATE: "false",
    GRYPE_DB_VALIDATE_AGE: "true",
    GRYPE_DB_MAX_ALLOWED_BUILT_AGE: `${days * 24}h`,
  });
  const mirror = "GRYPE_DB_UPDATE_URL names a mirror, and `grype db import FILE` takes a file";
  if (end.code !== 0 && end.code !== 2)
    return failed("grype", end, / vulnerability db|db could not be loaded|vulnerability database/i, mirror);
  return read("grype", () => readGrypeReport(end.stdout));
}

async function trivy(file: string, run: Run): Promise<ScannedImage | UnknownVulnerabilities> {
  // Explicit, so that no configuration of the user hides a part.
  const severities = "UNKNOWN,LOW,MEDIUM,HIGH,CRITICAL";
  const end = await run("trivy", [
    ...["image", "--input", file, "--format", "json", "--scanners", "vuln", "--severity", severities],
    ...["--ignore-unfixed=false", "--show-suppressed", "--exit-code", "0", "--no-progress"],
  ]);
  const mirror = "TRIVY_DB_REPOSITORY names a mirror";
  if (end.code !== 0) return failed("trivy", end, /vulnerability DB|downloading DB|DB error/i, mirror);
  const version = await run("trivy", ["version", "--format", "json"]);
  return read("trivy", () => readTrivyReport(end.stdout, version.stdout));
}

function failed(program: Scanner, { code, stderr }: Ended, ofDatabase: RegExp, mirror: string): UnknownVulnerabilities {
  if (code === "timeout") return { unknown: `${program} did not end within ${minutes} minutes` };
  const said = stderr.trim().slice(-500) || `exit code ${code}`;
  return {
    unknown: ofDatabase.test(stderr)
      ? `${program} has no database that it can use: ${said}. Let this machine reach the database: ${mirror}`
      : `${program} failed: ${said}`,
  };
}

function read(program: Scanner, report: () => ScannedImage): ScannedImage | UnknownVulnerabilities {
  try {
    return report();
  } catch (error) {
    return { unknown: `the report of ${program} cannot be read: ${(error as Error).message}` };
  }
}

/** A database that is too old, or of unknown age, does not know today's vulnerabilities. */
function agedProblem(
  { scanner, databaseBuilt }: ScannedImage,
  days: number,
  now: Date,
): UnknownVulnerabilities | undefined {
  const built = databaseBuilt?.getTime() ?? Number.NaN;
  if (Number.isNaN(built)) return { unknown: `${scanner} does not say how old its database is: use a newer version` };
  const age = (now.getTime() - built) / 86_400_000;
  if (age <= days) return undefined;
  return {
    unknown:
      `the database of ${scanner} is ${Math.ceil(age)} days old, and at most ${days} count: update it ` +
      "(`grype db update`, `trivy image --download-db-only`), or allow more with --database-age DAYS",
  };
}
