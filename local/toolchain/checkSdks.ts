/**
 * `npm run check-sdks`: generates the SDKs of the package for Go, Python and Node from plugin/schema.json, and compiles them.
 *
 * Go builds in its ordinary caches, which it keeps small by itself, so that only the first run compiles Pulumi's code.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandLine } from "../commandLine.ts";
import { checkoutFolder, nodeBinary } from "../layout.ts";
import { step, throttled, type Report } from "../progress.ts";
import { follow } from "./follow.ts";
import { goProblem } from "./goBuild.ts";

const generator = join(import.meta.dirname, "go", "sdk-generator");

const goEnvironment: NodeJS.ProcessEnv = {
  ...process.env,
  CGO_ENABLED: "0",
  GOTOOLCHAIN: "local",
  GOFLAGS: "-mod=readonly -buildvcs=false",
  GOWORK: "off",
};

/** Writes a folder for each language. @throws Error with the generator's words for a schema that it refuses */
const generate = (schema: string, folder: string, report: Report) =>
  follow("go", ["run", "-v", ".", schema, folder], { cwd: generator, env: goEnvironment, onLine: throttled(report) });

/** Compiles the Go SDK with the versions and checksums of the generator's go.mod: its own names no indirect ones. */
async function compileGo(folder: string, report: Report): Promise<void> {
  const [module] = /^module .*/m.exec(readFileSync(join(folder, "go.mod"), "utf8")) ?? [];
  const pinned = readFileSync(join(generator, "go.mod"), "utf8");
  writeFileSync(join(folder, "go.mod"), pinned.replace(/^module .*/m, String(module)));
  copyFileSync(join(generator, "go.sum"), join(folder, "go.sum"));
  await follow("go", ["vet", "./..."], { cwd: folder, env: goEnvironment, onLine: throttled(report) });
}

/** Checks the types of the Node SDK, with the checkout's packages. */
async function compileNode(folder: string, report: Report): Promise<void> {
  const packages = join(checkoutFolder, "node_modules");
  symlinkSync(packages, join(folder, "node_modules"));
  const compiler = join(packages, "typescript", "bin", "tsc");
  await follow(nodeBinary, [compiler, "--noEmit", "--project", folder], {
    ...{ cwd: folder, env: process.env, onLine: throttled(report) },
  });
}

function hasPython(): boolean {
  try {
    execFileSync("python3", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Compiles the Python SDK to bytecode: this finds what Python cannot read, and no wrong type. */
const compilePython = (folder: string, report: Report) =>
  follow("python3", ["-m", "compileall", "-q", "."], { cwd: folder, env: process.env, onLine: throttled(report) });

/** @returns what each SDK that failed says @throws Error when nothing could be generated */
export async function checkSdks(schema: string): Promise<string[]> {
  const problem = goProblem();
  if (problem !== undefined) throw new Error(problem);
  const folder = mkdtempSync(join(tmpdir(), "tarmac-sdks-"));
  const problems: string[] = [];
  try {
    await step("Generating the SDKs", (report) => generate(schema, folder, report));
    for (const [language, title, compile] of [
      ["go", "Go", compileGo],
      ["python", "Python", compilePython],
      ["nodejs", "Node", compileNode],
    ] as const) {
      if (language === "python" && !hasPython()) {
        process.stderr.write("The SDK for Python is not compiled: no python3 is on PATH.\n");
        continue;
      }
      await step(`Compiling the SDK for ${title}`, (report) => compile(join(folder, language), report)).catch(
        (error: unknown) => problems.push((error as Error).message),
      );
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return problems;
}

const help = `npm run check-sdks

Generates the SDKs for Go, Python and Node from plugin/schema.json with Pulumi's code, and
compiles them. Needs Go. The first run also compiles Pulumi's code: some minutes on two cores.

  -h, --help   this text

Exit code: 0 all compile, 1 one does not, 2 could not run.
`;

if (import.meta.main) {
  commandLine(help, {});
  try {
    const problems = await checkSdks(join(checkoutFolder, "plugin", "schema.json"));
    for (const problem of problems) process.stderr.write(`\n${problem}\n`);
    process.exitCode = problems.length > 0 ? 1 : 0;
  } catch (error) {
    process.stderr.write(`The SDKs could not be checked: ${(error as Error).message}\n`);
    process.exitCode = 2;
  }
}
