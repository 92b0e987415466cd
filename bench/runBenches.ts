/** `npm run bench`: lists the benchmarks, or runs some of them. */
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { stackEnvironment } from "../local/stack/stack.ts";
import { benches } from "./benches.ts";
import type { Bench } from "./measure/bench.ts";
import { isMet, toText, type Result } from "./measure/measure.ts";

const width = Math.max(...Object.keys(benches).map((name) => name.length));
const help = `
npm run bench -- NAME ... [OPTIONS]

Measures one way of doing something against another, in turn, and prints the ratio.

${Object.entries(benches)
  .map(([name, { title }]) => `  ${name.padEnd(width)}  ${title}`)
  .join("\n")}

Options:
  --all       all of them, one after the other
  --runs N    how often each way is measured (default: as many as the benchmark needs)
  --json      for programs: { NAME: { samples: [{ what, unit, values }], comparisons: [{ what, ratio, low, high, atMost }], notes } }
  -h, --help  this text

Exit code: 0 within its bounds, 1 something is slower than it should be, 2 could not run.
Those that use the local environment make stacks of their own there and delete them: run "npm start" first.
`.trim();

class UsageError extends Error {}

function readArguments() {
  const { values, positionals } = parseArgs({
    options: {
      all: { type: "boolean", default: false },
      runs: { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
    allowPositionals: true,
  });
  const names = values.all ? Object.keys(benches) : positionals;
  for (const name of names) {
    if (!Object.hasOwn(benches, name))
      throw new UsageError(`there is no benchmark "${name}": it is one of ${Object.keys(benches).join(", ")}`);
  }
  if (values.runs !== undefined && !/^[1-9]\d{0,2}$/.test(values.runs))
    throw new UsageError(`--runs is "${values.runs}": it must be a whole number from 1 to 999`);
  return { ...values, names, runs: values.runs === undefined ? undefined : Number(values.runs) };
}

/** @throws Error that says how to start the environment */
function refuseWithoutEnvironment(): void {
  const { KUBECONFIG = "" } = stackEnvironment();
  if (!existsSync(KUBECONFIG)) throw new Error("the local environment is not there: npm start");
}

try {
  const { names, runs, json, help: asked } = readArguments();
  if (asked || names.length === 0) process.stdout.write(`${help}\n`);
  const results: Record<string, Result> = {};
  for (const name of names) {
    const bench: Bench = benches[name as keyof typeof benches];
    if (bench.needsEnvironment) refuseWithoutEnvironment();
    if (!json) process.stdout.write(`${name}: ${bench.title}\n\n`);
    const say = (line: string) => void process.stderr.write(`    ${line}\n`);
    results[name] = await bench.measure({ runs: runs ?? bench.runs, say });
    if (!json) process.stdout.write(`\n${toText(results[name])}\n\n`);
  }
  if (json && names.length > 0) process.stdout.write(`${JSON.stringify(results, undefined, 2)}\n`);
  const all = Object.values(results).flatMap(({ comparisons }) => comparisons);
  process.exitCode = all.every(isMet) ? 0 : 1;
} catch (error) {
  const usage = error instanceof UsageError || (error as { code?: string }).code?.startsWith("ERR_PARSE_ARGS");
  process.stderr.write(`${(error as Error).message}\n${usage === true ? `\n${help}\n` : ""}`);
  process.exitCode = 2;
}
