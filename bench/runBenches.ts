/** `npm run bench`: lists the benchmarks, or runs some of them. */
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { stackEnvironment } from "../local/stack/stack.ts";
import { UsageError } from "../ops/couldNotRun.ts";
import { benches } from "./benches.ts";
import type { Bench } from "./measure/bench.ts";
import { isMet, toText, type Result } from "./measure/measure.ts";

const width = Math.max(...Object.keys(benches).map((name) => name.length));
const help = `
npm run bench -- NAME ... [OPTIONS]

Compares two ways of doing the same thing, in turn, and prints the ratio.

${Object.entries(benches)
  .map(([name, { title }]) => `  ${name.padEnd(width)}  ${title}`)
  .join("\n")}

Options:
  --all       run all benchmarks, one after the other
  --runs N    measure each way N times (default: as often as the benchmark needs)
  --json      print JSON: { NAME: { samples: [{ what, unit, values }], comparisons: [{ what, ratio, low, high, atMost }], notes } }
  -h, --help  show this text

Exit code: 0 all ratios within their bounds, 1 a ratio exceeds its bound, 2 could not run.
All benchmarks but "start" create and delete their own stacks on the local environment: run "npm start" first.
`.trim();

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
      throw new UsageError(`"${name}" is not a benchmark; use ${Object.keys(benches).join(", ")}`);
  }
  if (values.runs !== undefined && !/^[1-9]\d{0,2}$/.test(values.runs))
    throw new UsageError(`--runs: "${values.runs}" is not a whole number from 1 to 999`);
  return { ...values, names, runs: values.runs === undefined ? undefined : Number(values.runs) };
}

/** @throws Error when the local environment does not run */
function refuseWithoutEnvironment(): void {
  const { KUBECONFIG = "" } = stackEnvironment();
  if (!existsSync(KUBECONFIG)) throw new Error("the local environment does not run; start it with: npm start");
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
