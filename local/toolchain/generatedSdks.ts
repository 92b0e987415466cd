/** The SDKs of the package, as Pulumi generates them from plugin/schema.json. Needs Go; Python's also needs python3. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { checkoutFolder } from "../layout.ts";
import { throttled, type Report } from "../progress.ts";
import { follow } from "./follow.ts";
import { goProblem } from "./goBuild.ts";
import { pythonPackages } from "./pythonPackages.ts";

/** Folder with the go.mod of Pulumi's generators. */
export const generator = join(import.meta.dirname, "go", "sdk-generator");

export const schemaFile = join(checkoutFolder, "plugin", "schema.json");

/** Go builds in its ordinary caches, which it keeps small by itself, so that only the first run compiles Pulumi's code. */
export const goEnvironment: NodeJS.ProcessEnv = {
  ...process.env,
  CGO_ENABLED: "0",
  GOTOOLCHAIN: "local",
  GOFLAGS: "-mod=readonly -buildvcs=false",
  GOWORK: "off",
};

/**
 * Writes a folder for each language: `go`, `nodejs`, `python`.
 * @throws Error when Go is missing, or with the generator's words for a schema that it refuses
 */
export async function generateSdks(folder: string, report: Report): Promise<void> {
  const problem = goProblem();
  if (problem !== undefined) throw new Error(problem);
  await follow("go", ["run", "-v", ".", schemaFile, folder], {
    ...{ cwd: generator, env: goEnvironment, onLine: throttled(report) },
  });
}

export interface PythonSdk {
  /** The interpreter, which has Pulumi's own SDK. */
  python: string;
  /** Folder with the package, for PYTHONPATH. */
  installed: string;
}

/** Installs the SDK for Python into a folder in its own. @param folder `python` of {@link generateSdks} */
export async function installPythonSdk(folder: string, report: Report): Promise<PythonSdk> {
  const programs = await pythonPackages("sdk", "what an SDK for Python needs");
  const installed = join(folder, "installed");
  const pip = ["install", "--no-deps", "--no-build-isolation", "--no-index", "--target", installed, folder];
  await follow(join(programs, "pip"), pip, { cwd: folder, env: process.env, onLine: throttled(report) });
  return { python: join(programs, "python"), installed };
}

/** Whether python3 is on PATH and can make virtual environments: Debian has that in a package of its own. */
export function hasPython(): boolean {
  try {
    execFileSync("python3", ["-c", "import ensurepip, venv"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
