/** The command line: what to check, and under which conditions. */
import { parseArgs } from "node:util";
import type { WorkloadArgs } from "@tarmac/components/workload/workloadArgs";
import { httpPathProblem, variableNameProblem } from "@tarmac/validate/kubernetesNames";
import { integerProblem } from "@tarmac/validate/numbers";
import { cpuProblem, memoryProblem } from "@tarmac/validate/quantity";
import { UsageError } from "../commandLine.ts";
import { parseSize } from "./units.ts";

const text = { type: "string" } as const;
const repeated = { type: "string", multiple: true } as const;
const flag = { type: "boolean" } as const;

const declared = {
  stack: text,
  memory: text,
  cpu: text,
  user: text,
  port: text,
  env: repeated,
  "tmp-size": text,
  writable: repeated,
  "health-path": text,
  "ready-path": text,
  "ready-within": text,
  drain: text,
  grace: text,
  platform: text,
  dockerfile: text,
  "build-arg": repeated,
  target: text,
  "size-budget": text,
  requests: text,
  connections: text,
  "load-path": text,
  "no-run": flag,
  timeout: text,
  json: flag,
  help: { type: "boolean", short: "h" },
} as const;

export interface Options {
  help: boolean;
  json: boolean;
  run: boolean;
  /** IMAGE or PATH; absent: the stack's own folder. */
  subject?: string;
  stack?: string;
  timeoutSeconds: number;
  /** What wins over the stack's settings. */
  workload: Omit<WorkloadArgs, "namespace" | "image">;
  writable: string[];
  /** Default: the stack's. */
  platform: string | undefined;
  /** Milliseconds. */
  readyWithin?: number;
  /** Milliseconds. */
  grace?: number;
  /** Bytes. */
  sizeBudget?: number;
  load: { path: string; requests: number; connections: number };
  build: { dockerfile?: string; target?: string; buildArgs: Record<string, string> };
}

/** @throws UsageError */
export function readOptions(args: string[]): Options {
  const { values, positionals } = parsed(args);
  const problems: string[] = [];
  const refuse = (option: string, problem: string | undefined) => {
    if (problem !== undefined) problems.push(`--${option}: ${problem}`);
  };
  const whole = (
    option: "user" | "port" | "drain" | "requests" | "connections" | "timeout",
    least: number,
    most: number,
  ) => {
    const given = values[option];
    if (given === undefined) return undefined;
    const number = /^\d+$/.test(given) ? Number(given) : NaN;
    refuse(option, Number.isNaN(number) ? `"${given}" is not a whole number` : integerProblem(number, least, most));
    return number;
  };
  const milliseconds = (option: "ready-within" | "grace") => {
    const given = values[option];
    if (given === undefined) return undefined;
    if (!/^\d+(\.\d+)?$/.test(given) || Number(given) <= 0 || Number(given) > 3600) {
      refuse(option, `"${given}" is not a number of seconds: use more than 0 and at most 3600`);
    }
    return Number(given) * 1000;
  };
  const pairs = (option: "env" | "build-arg") =>
    Object.fromEntries(
      (values[option] ?? []).map((pair) => {
        const [name = "", ...value] = pair.split("=");
        refuse(option, value.length === 0 ? `"${pair}" is not NAME=VALUE` : variableNameProblem(name));
        return [name, value.join("=")];
      }),
    );
  const checked = (
    option: "memory" | "cpu" | "tmp-size" | "health-path" | "ready-path" | "load-path",
    problem: (value: string) => string | undefined,
  ) => {
    const given = values[option];
    if (given !== undefined) refuse(option, problem(given));
    return given;
  };
  const budget = values["size-budget"] === undefined ? undefined : parseSize(values["size-budget"]);
  if (values["size-budget"] !== undefined && budget === undefined) {
    refuse("size-budget", `"${values["size-budget"]}" is not a size: write e.g. "100MB"`);
  }
  for (const path of values.writable ?? []) {
    if (!/^\/[^:]+$/.test(path)) refuse("writable", `"${path}" is not a path from the root, e.g. "/var/cache"`);
  }
  if (positionals.length > 1) {
    problems.push(`one image or folder at a time, not ${positionals.map((name) => `"${name}"`).join(" and ")}`);
  }
  if (positionals.length === 0 && values.stack === undefined && values.help !== true) {
    problems.push("name an image, a folder with a Dockerfile, or a stack whose folder to build (--stack NAME)");
  }

  const options: Options = {
    help: values.help ?? false,
    json: values.json ?? false,
    run: values["no-run"] !== true,
    subject: positionals[0],
    stack: values.stack,
    timeoutSeconds: whole("timeout", 10, 3600) ?? 300,
    workload: {
      limits: { memory: checked("memory", memoryProblem), cpu: checked("cpu", cpuProblem) },
      userId: whole("user", 1, 2 ** 31 - 1),
      // Below 1024 too: what then goes wrong is to be seen.
      port: whole("port", 1, 65_535),
      environment: pairs("env"),
      tmpSize: checked("tmp-size", memoryProblem),
      liveness: { path: checked("health-path", httpPathProblem) },
      readiness: { path: checked("ready-path", httpPathProblem) },
      drainSeconds: whole("drain", 0, 300),
    },
    writable: values.writable ?? [],
    platform: values.platform,
    readyWithin: milliseconds("ready-within"),
    grace: milliseconds("grace"),
    sizeBudget: budget,
    load: {
      path: checked("load-path", httpPathProblem) ?? "/",
      requests: whole("requests", 1, 100_000) ?? 2000,
      connections: whole("connections", 1, 500) ?? 20,
    },
    build: { dockerfile: values.dockerfile, target: values.target, buildArgs: pairs("build-arg") },
  };
  if (problems.length > 0) throw new UsageError([...new Set(problems)].join("\n"));
  return options;
}

function parsed(args: string[]) {
  try {
    return parseArgs({ args, options: declared, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}
