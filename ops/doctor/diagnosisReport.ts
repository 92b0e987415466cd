/** The result for people: a table in the order in which to fix the causes, then each finding in full. */
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

export function report(observation: Observation, { findings, pods }: Result, paint: Paint): string {
  const lines = [paint("dim", `Checked ${checked(observation).join(", ")}.`), ""];
  if (findings.length === 0) {
    lines.push(paint("green", `✓ ${healthyWords(pods)}`));
  } else {
    lines.push(...table(findings, paint), "");
    findings.forEach((finding, index) => lines.push(...full(finding, index + 1, paint), ""));
  }
  for (const { name, health } of pods) {
    if (health === "starting") lines.push(`… pod/${name} is starting, no problem so far`);
    if (health === "ending") lines.push(`… pod/${name} is terminating`);
  }
  if (observation.notSeen.length > 0) {
    lines.push("", "Could not check:", ...observation.notSeen.map((note) => `  - ${note}`));
  }
  return `${lines
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trimEnd()}\n`;
}

function healthyWords(pods: Result["pods"]): string {
  const well = pods.filter(({ health }) => health === "well").length;
  const starting = pods.length - well;
  return `healthy: ${well} of ${pods.length} pods are well${starting > 0 ? `, ${starting} starting or terminating` : ""}, no findings`;
}

/** What was checked, for people. */
export function checked(observation: Observation): string[] {
  const { target, pods, deployments, replicaSets, events, nodes } = observation;
  const count = (number: number, word: string) => `${number} ${word}${number === 1 ? "" : "s"}`;
  const where = `namespace "${target.namespace}"${target.selector === "" ? "" : ` (${target.selector})`} of context "${target.context}"`;
  return [
    target.stack === undefined ? where : `stack "${target.stack}", ${where}`,
    count(pods.length, "pod"),
    count(deployments.length, "Deployment"),
    count(replicaSets.length, "ReplicaSet"),
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
    ...mend.flatMap(({ say, command }) => [
      ...indent(say, "   fix:   "),
      ...(command === undefined ? [] : [`            ${paint("cyan", command)}`]),
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

/** The result for programs. Codes and field names are stable. */
export function json(observation: Observation, { findings, pods }: Result): string {
  const { at, target, notSeen } = observation;
  const healthy = findings.length === 0;
  return JSON.stringify(
    { at, healthy, target, checked: checked(observation), runtimes: runtimes(observation), findings, pods, notSeen },
    undefined,
    2,
  );
}
