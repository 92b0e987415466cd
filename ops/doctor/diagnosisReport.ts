/** The result for people: a table in the order of fixing, then each finding in full. */
import type { Finding } from "./finding.ts";
import { runtimeOf } from "./crictl.ts";
import type { Result } from "./diagnose.ts";
import type { Observation } from "./observation.ts";

type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";
const codes: Record<Style, number> = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 };

export type Paint = (style: Style, text: string) => string;
export const colored: Paint = (style, text) => `\x1b[${codes[style]}m${text}\x1b[0m`;
export const plain: Paint = (_, text) => text;

/** Colors only on a terminal, and not if the user disabled them (https://no-color.org). */
export function paintFor(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env): Paint {
  return stream.isTTY === true && (env.NO_COLOR ?? "") === "" && env.TERM !== "dumb" ? colored : plain;
}

export function report(observation: Observation, result: Result, paint: Paint): string {
  const { findings, pods, owners, verdict } = result;
  const lines = [paint("dim", `Checked ${checked(observation).join(", ")}.`), ""];
  if (verdict === "failing") {
    lines.push(...table(findings, paint), "");
    findings.forEach((finding, index) => lines.push(...full(finding, index + 1, paint), ""));
  } else if (verdict === "unknown") {
    lines.push(
      paint(
        "yellow",
        `? unknown: nothing that could be read is wrong, but these may not be read: ${observation.blind.join(", ")}`,
      ),
    );
  } else if (verdict === "starting") {
    lines.push(
      paint(
        "yellow",
        "… starting: no problem so far, and not everything has what it wants yet. Check again, or use --watch",
      ),
    );
  } else {
    lines.push(paint("green", `✓ ${healthyWords(result)}`));
  }
  for (const { name, health } of pods) {
    if (health === "starting") lines.push(`… pod/${name} is starting, no problem so far`);
    if (health === "ending") lines.push(`… pod/${name} is terminating`);
  }
  for (const { name, health, note, wants, has } of owners) {
    if (note !== undefined) lines.push(`… ${name}: ${note}`);
    else if (health === "starting") lines.push(`… ${name} has ${has} of ${wants} pods available, and is on its way`);
  }
  if (observation.notSeen.length > 0) {
    lines.push("", "Could not check:", ...observation.notSeen.map((note) => `  - ${note}`));
  }
  return `${lines
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trimEnd()}\n`;
}

function healthyWords({ pods, owners }: Result): string {
  const standing = pods.filter(({ health }) => health !== "done");
  const well = standing.filter(({ health }) => health === "well").length;
  const others = standing.length - well;
  const done = owners.filter(({ health }) => health === "done").map(({ name }) => name);
  return [
    `healthy: ${well} of ${standing.length} pods are well`,
    ...(others > 0 ? [`${others} starting or terminating`] : []),
    ...(done.length > 0 ? [`complete: ${done.slice(0, 5).join(", ")}`] : []),
    "no findings",
  ].join(", ");
}

/** What was checked, for people. */
export function checked(observation: Observation): string[] {
  const { target, pods, deployments, replicaSets, statefulSets, daemonSets, jobs, cronJobs, events, nodes } =
    observation;
  const others = { StatefulSet: statefulSets, DaemonSet: daemonSets, Job: jobs, CronJob: cronJobs };
  const count = (number: number, word: string) => `${number} ${word}${number === 1 ? "" : "s"}`;
  const where = `namespace "${target.namespace}"${target.selector === "" ? "" : ` (${target.selector})`} of context "${target.context}"`;
  return [
    target.stack === undefined ? where : `stack "${target.stack}", ${where}`,
    count(pods.length, "pod"),
    count(deployments.length, "Deployment"),
    count(replicaSets.length, "ReplicaSet"),
    ...Object.entries(others).flatMap(([kind, list]) => (list.length === 0 ? [] : [count(list.length, kind)])),
    count(events.length, "event"),
    ...(nodes === undefined ? [] : [`${count(nodes.length, "node")} (${runtimes(observation).join(", ")})`]),
    ...(observation.logs.length === 0 ? [] : [`the logs of ${count(observation.logs.length, "container")}`]),
    ...Object.entries(observation.images).map(([image, { as }]) => `the registry about ${image} (as ${as})`),
    ...(observation.azure === undefined ? [] : ["Azure's role assignments"]),
  ];
}

/** The distinct container runtimes of the nodes. */
export function runtimes({ nodes = [] }: Observation): string[] {
  const versions = nodes.map(({ status }) => status?.nodeInfo?.containerRuntimeVersion).filter(Boolean);
  return [...new Set(versions.map(runtimeOf))];
}

function table(findings: readonly Finding[], paint: Paint): string[] {
  const rows = findings.map(({ code, affected, title }, index) => ({
    number: String(index + 1),
    code,
    affected: affected.length === 1 ? (affected[0] ?? "") : `${affected[0]} +${affected.length - 1}`,
    title,
  }));
  const width = (key: "number" | "code" | "affected", heading: string) =>
    Math.max(heading.length, ...rows.map((row) => row[key].length));
  const widths = {
    number: width("number", "#"),
    code: width("code", "CAUSE"),
    affected: width("affected", "WHAT FAILS"),
  };
  const heading = `${"#".padEnd(widths.number)}  ${"CAUSE".padEnd(widths.code)}  ${"WHAT FAILS".padEnd(widths.affected)}  WHY`;
  return [
    paint("bold", heading),
    ...rows.map(
      ({ number, code, affected, title }) =>
        `${number.padEnd(widths.number)}  ${paint("red", code.padEnd(widths.code))}  ${affected.padEnd(widths.affected)}  ${title}`,
    ),
  ];
}

function full(finding: Finding, number: number, paint: Paint): string[] {
  const { title, affected, evidence, mend, docs, code, onNode } = finding;
  const shown = affected.length > 5 ? [...affected.slice(0, 5), `and ${affected.length - 5} more`] : affected;
  return [
    `${paint("bold", `${number}. ${title}`)}  ${paint("dim", `[${code}]`)}`,
    `   fails: ${shown.join(", ")}`,
    ...evidence.flatMap((line) => indent(line, "   seen:  ")),
    ...mend.flatMap(({ say, command, fill }) => [
      ...indent(say, "   fix:   "),
      ...(command === undefined ? [] : [`            ${paint("cyan", command)}`]),
      ...(fill === undefined ? [] : [`            (replace ${fill.join(", ")} with your own)`]),
    ]),
    ...(onNode === undefined
      ? []
      : [
          `   on node ${onNode.node} (${onNode.runtime}, no Docker): ${onNode.commands.map((command) => paint("dim", command)).join(" ; ")}`,
        ]),
    `   more:  ${docs}`,
  ];
}

const indent = (text: string, head: string): string[] =>
  text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line, index) => `${index === 0 ? head : " ".repeat(head.length)}${line.trim()}`);

/** The result for programs. Codes and field names are stable. @param oneLine for a stream of results (NDJSON) */
export function json(observation: Observation, { verdict, findings, pods, owners }: Result, oneLine = false): string {
  const { at, target, notSeen } = observation;
  const healthy = verdict === "healthy";
  return JSON.stringify(
    {
      at,
      healthy,
      verdict,
      target,
      checked: checked(observation),
      runtimes: runtimes(observation),
      findings,
      pods,
      owners,
      notSeen,
    },
    undefined,
    oneLine ? undefined : 2,
  );
}

/** For programs, when nothing could be checked. */
export const jsonOfError = (message: string, oneLine = false): string =>
  JSON.stringify(
    {
      at: new Date().toISOString(),
      healthy: false,
      verdict: "unknown",
      error: message,
      findings: [],
      pods: [],
      owners: [],
      notSeen: [message],
    },
    undefined,
    oneLine ? undefined : 2,
  );
