/** Custom severities: codes accepted on the command line, and a stack's policy file. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { editDistance } from "@tarmac/validate/editDistance";
import { CouldNotRun } from "../couldNotRun.ts";
import { codes, type Code, type Level } from "./findingCodes.ts";
import { statusOf, type Verdict } from "./verdict.ts";

/** `off`: hidden. */
export type Severity = Level | "off";
const allowed: readonly Severity[] = ["finding", "warning", "note", "off"];

export type Severities = ReadonlyMap<Code, Severity>;

/** The problem with a code's name, or `undefined`. */
export function codeProblem(code: string): string | undefined {
  if (Object.hasOwn(codes, code)) return undefined;
  const similar = Object.keys(codes).find((known) => editDistance(code, known) <= 3);
  return `"${code}" is not a code of a finding${similar === undefined ? "" : `; did you mean "${similar}"?`} (docs/check-image.md lists them)`;
}

/**
 * The severities of a policy file; a stack's override the general ones.
 * @param file YAML or JSON: `severities: { CODE: LEVEL }`, `stacks: { NAME: { CODE: LEVEL } }`
 * @throws CouldNotRun if it cannot be read or is invalid
 */
export function readPolicy(file: string, stack: string | undefined): Severities {
  let given: unknown;
  try {
    given = parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new CouldNotRun(`--policy: ${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  const problems: string[] = [];
  const shape = "use severities: { CODE: finding | warning | note | off } and stacks: { NAME: { CODE: ... } }";
  const record = (value: unknown, at: string): Record<string, unknown> => {
    if (value === undefined || value === null) return {};
    if (typeof value === "object" && !Array.isArray(value)) return value as Record<string, unknown>;
    problems.push(`${at} is no map; ${shape}`);
    return {};
  };
  const whole = record(given, "the file");
  for (const key of Object.keys(whole)) {
    if (key !== "severities" && key !== "stacks") problems.push(`"${key}" is not known; ${shape}`);
  }
  const severities = (value: unknown, at: string): [Code, Severity][] =>
    Object.entries(record(value, at)).flatMap(([code, level]) => {
      const problem = codeProblem(code);
      if (problem !== undefined) problems.push(`${at}: ${problem}`);
      const found = allowed.find((one) => one === level);
      if (found === undefined) {
        problems.push(`${at}.${code}: "${String(level)}" is not a severity: use one of ${allowed.join(", ")}`);
      }
      return problem === undefined && found !== undefined ? [[code as Code, found] as [Code, Severity]] : [];
    });
  const forAll = severities(whole.severities, "severities");
  const byStack = Object.fromEntries(
    Object.entries(record(whole.stacks, "stacks")).map(([name, value]) => [name, severities(value, `stacks.${name}`)]),
  );
  if (problems.length > 0) throw new CouldNotRun(problems.map((problem) => `--policy: ${file}: ${problem}`).join("\n"));
  return new Map([...forAll, ...(stack === undefined ? [] : (byStack[stack] ?? []))]);
}

/** Applies custom severities to the verdicts; accepted findings stay visible as notes. */
export function withSeverities(
  verdicts: readonly Verdict[],
  severities: Severities,
  accepted: ReadonlySet<string>,
): Verdict[] {
  return verdicts.map((verdict) => {
    if (verdict.findings.length === 0) return verdict;
    const findings = verdict.findings.flatMap((finding) => {
      const severity = severities.get(finding.code) ?? finding.level;
      if (severity === "off") return [];
      return accepted.has(finding.code)
        ? [{ ...finding, level: "note" as const, accepted: true as const }]
        : [{ ...finding, level: severity }];
    });
    return {
      ...verdict,
      findings,
      status: statusOf(findings),
      seen: findings.length === 0 ? "nothing that counts" : "",
    };
  });
}
