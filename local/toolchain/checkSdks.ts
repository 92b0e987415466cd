/**
 * `npm run check-sdks`: generates the SDKs of the package for Go, Python and Node from plugin/schema.json, and compiles them together with
 * the programs in examples/. The program in Python also runs, against mocks, because compiling Python checks no name.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";
import { commandLine } from "../commandLine.ts";
import { checkoutFolder, nodeBinary } from "../layout.ts";
import { step, throttled, type Report } from "../progress.ts";
import { follow } from "./follow.ts";
import { generateSdks, generator, goEnvironment, hasPython, installPythonSdk, schemaFile } from "./generatedSdks.ts";

const examples = join(checkoutFolder, "examples");

/** Compiles the SDK and a program with the versions and checksums of the generator's go.mod: the SDK's own names no indirect ones. */
async function checkGo(folder: string, report: Report): Promise<void> {
  const [module] = /^module .*/m.exec(readFileSync(join(folder, "go.mod"), "utf8")) ?? [];
  const pinned = readFileSync(join(generator, "go.mod"), "utf8");
  writeFileSync(join(folder, "go.mod"), pinned.replace(/^module .*/m, String(module)));
  copyFileSync(join(generator, "go.sum"), join(folder, "go.sum"));
  cpSync(join(examples, "go"), join(folder, "program"), { recursive: true });
  await follow("go", ["vet", "./..."], { cwd: folder, env: goEnvironment, onLine: throttled(report) });
}

/** Checks the types of the SDK, with the checkout's packages. */
async function checkNode(folder: string, report: Report): Promise<void> {
  const packages = join(checkoutFolder, "node_modules");
  symlinkSync(packages, join(folder, "node_modules"));
  const compiler = join(packages, "typescript", "bin", "tsc");
  await follow(nodeBinary, [compiler, "--noEmit", "--project", folder], {
    ...{ cwd: folder, env: process.env, onLine: throttled(report) },
  });
}

interface Registered {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
}

/** Installs the SDK, compiles it, and runs a program with it. @throws Error when the program sends other arguments than the one in YAML */
async function checkPython(folder: string, report: Report): Promise<void> {
  const { python, installed } = await installPythonSdk(folder, report);
  await follow(python, ["-m", "compileall", "-q", installed], {
    ...{ cwd: folder, env: process.env, onLine: throttled(report) },
  });
  const location = "swedencentral";
  const mocks = join(import.meta.dirname, "python", "run_with_mocks.py");
  const output = execFileSync(python, [mocks, "orders", JSON.stringify({ location }), "__main__.py"], {
    cwd: join(examples, "python"),
    encoding: "utf8",
    env: { ...process.env, PYTHONPATH: installed, PYTHONDONTWRITEBYTECODE: "1" },
  });
  const sent = withoutDefaults(JSON.parse(output) as Registered[]);
  const wanted = programInYaml({ location });
  if (!isDeepStrictEqual(sent, wanted))
    throw new Error(`examples/python sends ${JSON.stringify(sent)}, and examples/yaml sends ${JSON.stringify(wanted)}`);
}

/** SDKs send constant defaults of the schema for missing arguments. The plugin takes these as missing (plugin/componentArguments.ts). */
function withoutDefaults(registered: readonly Registered[]): Registered[] {
  const { resources } = JSON.parse(readFileSync(schemaFile, "utf8")) as {
    resources: Record<string, { inputProperties: Record<string, { default?: unknown }> }>;
  };
  return registered.map((one) => {
    const declared = resources[one.type]?.inputProperties ?? {};
    const given = Object.entries(one.inputs).filter(([key, value]) => value !== declared[key]?.default);
    return { ...one, inputs: Object.fromEntries(given) };
  });
}

/** The resources of examples/yaml, whose programs in other languages create the same. */
function programInYaml(config: Record<string, string>): Registered[] {
  const text = readFileSync(join(examples, "yaml", "Pulumi.yaml"), "utf8");
  const { resources } = parse(text.replaceAll(/\$\{(\w+)\}/g, (all, key: string) => config[key] ?? all)) as {
    resources: Record<string, { type: string; properties: Record<string, unknown> }>;
  };
  return Object.entries(resources).map(([name, { type, properties }]) => ({
    ...{ type: type.replace(/^(\w+):(\w+)$/, "$1:index:$2"), name, inputs: properties },
  }));
}

/** @returns what each SDK that failed says @throws Error when nothing could be generated */
async function checkSdks(): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "tarmac-sdks-"));
  const problems: string[] = [];
  try {
    await step("Generating the SDKs", (report) => generateSdks(folder, report));
    for (const [language, title, check] of [
      ["go", "Go", checkGo],
      ["python", "Python", checkPython],
      ["nodejs", "Node", checkNode],
    ] as const) {
      if (language === "python" && !hasPython()) {
        process.stderr.write("The SDK for Python is not checked: no python3 with the module venv is on PATH.\n");
        continue;
      }
      await step(`Checking the SDK for ${title}`, (report) => check(join(folder, language), report)).catch(
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
compiles them with the programs in examples/go and examples/python. Needs Go, and for Python
also python3. The first run also compiles Pulumi's code: some minutes on two cores.

  -h, --help   this text

Exit code: 0 all are sound, 1 one is not, 2 could not run.
`;

if (import.meta.main) {
  commandLine(help, {});
  try {
    const problems = await checkSdks();
    for (const problem of problems) process.stderr.write(`\n${problem}\n`);
    process.exitCode = problems.length > 0 ? 1 : 0;
  } catch (error) {
    process.stderr.write(`The SDKs could not be checked: ${(error as Error).message}\n`);
    process.exitCode = 2;
  }
}
