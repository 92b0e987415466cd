/** The result of a whole check, for people and for programs. */
import { stripVTControlCharacters, styleText } from "node:util";
import type { Conditions } from "./podConditions.ts";
import { mebibytes, seconds } from "./units.ts";
import type { Finding, Verdict } from "./verdict.ts";

export interface Result {
  /** As requested. */
  image: string;
  /** The stack whose settings define the conditions. */
  stack?: string;
  conditions: Conditions;
  verdicts: Verdict[];
  /** Why the image was not run. */
  notRun?: string;
  /** Why the check is incomplete. */
  incomplete?: string;
  /** Limits that this machine could not provide. */
  bounds?: string[];
  /** The Dockerfile, or the image's name: code scanning shows findings there. */
  source: string;
  milliseconds: number;
}

export const findingsOf = ({ verdicts }: Result): Finding[] => verdicts.flatMap(({ findings }) => findings);

/** 0: nothing found. 1: findings. 2: nothing found so far, but the check is incomplete. */
export const exitCodeOf = (result: Result): number =>
  findingsOf(result).some(({ level }) => level === "finding") ? 1 : result.incomplete === undefined ? 0 : 2;

/** One JSON document; codes, check names and keys are stable. Sizes in bytes, times in milliseconds. */
export function toJson(result: Result): string {
  const { image, stack, conditions, verdicts, notRun, incomplete, bounds = [], milliseconds } = result;
  const findings = findingsOf(result);
  return JSON.stringify(
    {
      image,
      ok: exitCodeOf(result) === 0,
      ...(stack === undefined ? {} : { stack }),
      ...(notRun === undefined ? {} : { notRun }),
      ...(incomplete === undefined ? {} : { incomplete }),
      ...(bounds.length === 0 ? {} : { bounds }),
      milliseconds,
      // Values of variables may be secret.
      conditions: { ...conditions, environment: Object.keys(conditions.environment) },
      findings,
      checks: verdicts.map(({ check, title, status, seen, platform }) => ({
        ...{ check, title, status, seen },
        ...(platform === undefined ? {} : { platform }),
      })),
    },
    undefined,
    2,
  );
}

/** Output of `--json` if nothing could be checked at all. */
export const failureJson = (image: string, error: string): string =>
  JSON.stringify({ image, ok: false, error, findings: [], checks: [] }, undefined, 2);

type Style = Parameters<typeof styleText>[0];

const signs: Record<Verdict["status"], { sign: string; word: string; style: Style }> = {
  fine: { sign: "✓", word: "fine", style: "green" },
  finding: { sign: "✗", word: "FINDING", style: "red" },
  warning: { sign: "!", word: "warning", style: "yellow" },
  note: { sign: "i", word: "note", style: "cyan" },
  skipped: { sign: "-", word: "skipped", style: "dim" },
};

export interface Terminal {
  /** Whether to use colors; otherwise plain text. */
  color: boolean;
  /** Line width in characters. */
  width: number;
}

/** Colors only on a terminal, and never with NO_COLOR. */
export function terminalOf(
  stream: { isTTY?: boolean; columns?: number },
  environment: NodeJS.ProcessEnv = process.env,
): Terminal {
  const color = stream.isTTY === true && (environment.NO_COLOR ?? "") === "" && environment.TERM !== "dumb";
  return { color, width: stream.isTTY === true ? Math.max(60, stream.columns ?? 100) : 160 };
}

/** Maximum number of findings per code that are explained individually. */
const shownOfEach = 10;

export function toText(result: Result, terminal: Terminal): string {
  const paint = (style: Style, text: string) =>
    terminal.color ? styleText(style, text, { validateStream: false }) : text;
  const { verdicts, conditions, stack, notRun, incomplete, bounds = [] } = result;
  const { user, memory, cpus, port } = conditions;
  const titleWidth = Math.max(...verdicts.map(({ title }) => title.length));
  const rows = verdicts.flatMap(({ title, status, seen, findings, platform }, at) => {
    const { sign, word, style } = signs[status];
    const detail = findings.length === 0 ? seen : [...new Set(findings.map(({ code }) => code))].join(", ");
    const row = `${paint(style, `${sign} ${word.padEnd(7)}`)}  ${title.padEnd(titleWidth)}  ${detail}`;
    const heading = platform !== undefined && platform !== verdicts[at - 1]?.platform ? [paint("bold", platform)] : [];
    return [...heading, shortened(row, terminal)];
  });
  const details = (["finding", "warning", "note"] as const).flatMap((level) =>
    findingsOf(result)
      .filter((finding) => finding.level === level)
      .flatMap((finding, at, all) => {
        // Many findings of one code, such as secrets, would hide the others.
        const before = all.slice(0, at).filter(({ code }) => code === finding.code).length;
        if (before > shownOfEach) return [];
        const more = all.filter(({ code }) => code === finding.code).length - shownOfEach;
        if (before === shownOfEach) return ["", `    ${finding.code}: ${more} more, all of them with --json`];
        return explained(finding, terminal, paint);
      }),
  );
  return [
    paint("bold", result.image),
    `as user ${user}, ${mebibytes(memory)} memory, ${cpus} CPU, PORT=${port}; settings: ${stack === undefined ? "defaults" : `stack ${stack}`}`,
    ...bounds,
    ...(notRun === undefined ? [] : [`not run: ${notRun}`]),
    ...(incomplete === undefined ? [] : [paint("yellow", `not complete: ${incomplete}`)]),
    "",
    ...rows,
    ...details,
    "",
    summary(result, paint),
    "",
  ].join("\n");
}

function explained(
  { code, level, seen, why, mend, docs, accepted, platform }: Finding,
  { width }: Terminal,
  paint: (style: Style, text: string) => string,
) {
  const { sign, style } = signs[level];
  // Notes take one line.
  const parts =
    level === "note"
      ? [["seen", seen]]
      : [
          ["seen", seen],
          ["why", why],
          ["fix", mend],
          ["docs", docs],
        ];
  return [
    "",
    `${paint(style, sign)} ${paint("bold", code)}${platform === undefined ? "" : ` on ${platform}`}${accepted === true ? " (accepted)" : ""}`,
    ...parts.map(
      ([name = "", text = ""]) => `    ${name.padEnd(5)} ${wrapped(text, width - 10).join(`\n${" ".repeat(10)}`)}`,
    ),
  ];
}

function summary(result: Result, paint: (style: Style, text: string) => string): string {
  const count = (status: Verdict["status"]) => findingsOf(result).filter(({ level }) => level === status).length;
  const counted = (number: number, word: string) => `${number} ${word}${number === 1 ? "" : "s"}`;
  const done = result.verdicts.filter(({ status }) => status !== "skipped").length;
  const skipped = result.verdicts.length - done;
  const found = count("finding");
  return (
    paint(...verdictInWords(found, result.incomplete, counted)) +
    `: ${counted(done, "check")}${skipped > 0 ? `, ${skipped} skipped` : ""}, ${counted(count("warning"), "warning")}, ` +
    `${counted(count("note"), "note")}, in ${seconds(result.milliseconds)}`
  );
}

function verdictInWords(
  found: number,
  incomplete: string | undefined,
  counted: (number: number, word: string) => string,
): [style: Style, text: string] {
  if (found > 0) return ["red", counted(found, "finding")];
  return incomplete === undefined ? ["green", "Fine"] : ["yellow", "Not complete"];
}

/** Keeps a table row on one terminal line. */
function shortened(row: string, { width, color }: Terminal): string {
  const length = stripVTControlCharacters(row).length;
  return color && length > width ? `${row.slice(0, row.length - (length - width) - 1)}…` : row;
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
