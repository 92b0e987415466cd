/** The command line: what to check, and under which conditions. */
import type { WorkloadArgs } from "@tarmac/components/workload/workloadArgs";
import { httpPathProblem, variableNameProblem } from "@tarmac/validate/kubernetesNames";
import { integerProblem } from "@tarmac/validate/numbers";
import { cpuProblem, memoryProblem } from "@tarmac/validate/quantity";
import { UsageError } from "../couldNotRun.ts";
import { checkDefaults } from "./checkDefaults.ts";
import { codeProblem } from "./severities.ts";
import { parseSize } from "./units.ts";
import { databaseDays, type ScanOptions } from "./vulnerabilities/scanOptions.ts";

/** The options as given; repeatable options are lists. */
export interface GivenOptions {
  stack?: string;
  memory?: string;
  cpu?: string;
  user?: string;
  port?: string;
  env?: string[];
  tmpSize?: string;
  writable?: string[];
  healthPath?: string;
  readyPath?: string;
  readyWithin?: string;
  drain?: string;
  grace?: string;
  platform?: string;
  dockerfile?: string;
  buildArg?: string[];
  target?: string;
  sizeBudget?: string;
  requests?: string;
  connections?: string;
  loadPath?: string;
  network?: string;
  accept?: string[];
  policy?: string;
  sarif?: string;
  junit?: string;
  /** False: `--no-run`. */
  run: boolean;
  timeout?: string;
  vulnerabilities?: ScanOptions["scanner"];
  databaseAge?: string;
  json?: true;
}

export interface Options {
  json: boolean;
  run: boolean;
  /** IMAGE, PATH or FILE. Absent: the stack's own folder. */
  subject?: string;
  stack?: string;
  timeoutSeconds: number;
  /** Settings that take precedence over the stack's. */
  workload: Omit<WorkloadArgs, "namespace" | "image">;
  writable: string[];
  /** Default: the stack's platform. */
  platform: string | undefined;
  /** Milliseconds. */
  readyWithin?: number;
  /** Milliseconds. */
  grace?: number;
  /** Bytes. */
  sizeBudget?: number;
  load: { path: string; requests: number; connections: number };
  build: { dockerfile?: string; target?: string; buildArgs: Record<string, string> };
  /** Absent: no scanner is run. */
  scan?: ScanOptions;
  /** A Docker network for the containers. */
  network?: string;
  /** Codes of findings to accept. */
  accept: string[];
  /** File with custom severities. */
  policy?: string;
  /** Report files to write besides the result. */
  reports: { sarif?: string; junit?: string };
}

/** @param subject IMAGE or PATH @throws UsageError */
export function readOptions(values: GivenOptions, subject?: string): Options {
  const problems: string[] = [];
  const refuse = (option: keyof GivenOptions, problem: string | undefined) => {
    if (problem !== undefined) problems.push(`--${flagOf(option)}: ${problem}`);
  };
  const whole = (
    option: "user" | "port" | "drain" | "requests" | "connections" | "timeout" | "databaseAge",
    least: number,
    most: number,
  ) => {
    const given = values[option];
    if (given === undefined) return undefined;
    const number = /^\d+$/.test(given) ? Number(given) : NaN;
    refuse(option, Number.isNaN(number) ? `"${given}" is not a whole number` : integerProblem(number, least, most));
    return number;
  };
  const milliseconds = (option: "readyWithin" | "grace") => {
    const given = values[option];
    if (given === undefined) return undefined;
    if (!/^\d+(\.\d+)?$/.test(given) || Number(given) <= 0 || Number(given) > 3600) {
      refuse(option, `"${given}" is not a number of seconds: use more than 0 and at most 3600`);
    }
    return Number(given) * 1000;
  };
  const pairs = (option: "env" | "buildArg") =>
    Object.fromEntries(
      (values[option] ?? []).map((pair) => {
        const [name = "", ...value] = pair.split("=");
        refuse(option, value.length === 0 ? `"${pair}" is not NAME=VALUE` : variableNameProblem(name));
        return [name, value.join("=")];
      }),
    );
  const checked = (
    option: "memory" | "cpu" | "tmpSize" | "healthPath" | "readyPath" | "loadPath",
    problem: (value: string) => string | undefined,
  ) => {
    const given = values[option];
    if (given !== undefined) refuse(option, problem(given));
    return given;
  };
  const budget = values.sizeBudget === undefined ? undefined : parseSize(values.sizeBudget);
  if (values.sizeBudget !== undefined && budget === undefined) {
    refuse("sizeBudget", `"${values.sizeBudget}" is not a size: write e.g. "100MB"`);
  }
  for (const path of values.writable ?? []) {
    if (!/^\/[^:]+$/.test(path)) refuse("writable", `"${path}" is not a path from the root, e.g. "/var/cache"`);
  }
  for (const code of values.accept ?? []) refuse("accept", codeProblem(code));
  if (subject === undefined && values.stack === undefined) {
    problems.push(
      "name an image, a folder with a Dockerfile, a Dockerfile, an image as a file, or a stack whose folder to build (--stack NAME)",
    );
  }

  const age = whole("databaseAge", 1, 90);
  if (age !== undefined && values.vulnerabilities === undefined)
    refuse("databaseAge", "it is the age of a scanner's database: name the scanner with --vulnerabilities");
  const options: Options = {
    json: values.json ?? false,
    run: values.run,
    subject,
    stack: values.stack,
    timeoutSeconds: whole("timeout", 10, 3600) ?? checkDefaults.timeoutSeconds,
    workload: {
      limits: { memory: checked("memory", memoryProblem), cpu: checked("cpu", cpuProblem) },
      userId: whole("user", 1, 2 ** 31 - 1),
      // Ports below 1024 are allowed too: the check should show what goes wrong then.
      port: whole("port", 1, 65_535),
      environment: pairs("env"),
      tmpSize: checked("tmpSize", memoryProblem),
      liveness: { path: checked("healthPath", httpPathProblem) },
      readiness: { path: checked("readyPath", httpPathProblem) },
      drainSeconds: whole("drain", 0, 300),
    },
    writable: values.writable ?? [],
    platform: values.platform,
    readyWithin: milliseconds("readyWithin"),
    grace: milliseconds("grace"),
    sizeBudget: budget,
    load: {
      path: checked("loadPath", httpPathProblem) ?? checkDefaults.load.path,
      requests: whole("requests", 1, 100_000) ?? checkDefaults.load.requests,
      connections: whole("connections", 1, 500) ?? checkDefaults.load.connections,
    },
    build: { dockerfile: values.dockerfile, target: values.target, buildArgs: pairs("buildArg") },
    network: values.network,
    ...(values.vulnerabilities === undefined
      ? {}
      : { scan: { scanner: values.vulnerabilities, databaseDays: age ?? databaseDays } }),
    accept: values.accept ?? [],
    policy: values.policy,
    reports: { sarif: values.sarif, junit: values.junit },
  };
  if (problems.length > 0) throw new UsageError([...new Set(problems)].join("\n"));
  return options;
}

/** "ready-within" for `readyWithin`. */
const flagOf = (option: string) => option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
