/** Text about drift: plain for a terminal, Markdown for an issue or a summary. */
import type { PropertyChange } from "../pulumi/propertyChanges.ts";
import { block, code, plain, table } from "../report/markdown.ts";
import { orderWords } from "./orderWords.ts";
import { chooseToPutBack } from "./putBack.ts";
import type { Drifted, Look } from "./lookForDrift.ts";

/** The result for one stack. */
export interface Finding extends Look {
  stack: string;
  /** ISO 8601. */
  time: string;
}

export type State = "none" | "drift" | "unseen" | "asleep";

/** Any drift found counts, even if some resources could not be checked. */
export const stateOf = ({ drifted, problems, asleep }: Look): State =>
  asleep !== undefined ? "asleep" : drifted.length > 0 ? "drift" : problems.length > 0 ? "unseen" : "none";

const resources = (count: number) => (count === 1 ? "1 resource" : `${count} resources`);

function headline(finding: Finding): string {
  const { stack, drifted, looked, problems } = finding;
  switch (stateOf(finding)) {
    case "none":
      return `${stack}: no drift in ${resources(looked)}`;
    case "drift":
      return `${stack}: ${drifted.length} of ${resources(looked)} ${drifted.length === 1 ? "is" : "are"} not as the last update left ${drifted.length === 1 ? "it" : "them"}`;
    case "asleep":
      return `${stack}: not checked. ${finding.asleep}`;
    case "unseen":
      return `${stack}: could not check (${problems.length === 1 ? "1 problem" : `${problems.length} problems`})`;
  }
}

const before = ({ kind, before: value }: PropertyChange) => (kind === "add" ? "not set" : (value ?? "something else"));
const after = ({ kind, after: value }: PropertyChange) => (kind === "delete" ? "gone" : (value ?? "something else"));

/** The two ways to end the drift: revert the changes, or write them into the program. */
const remedy = (stack: string) =>
  `Revert the changes: npx tarmac deploy ${stack} --refresh. Or write the changes into the program, and then: pulumi refresh --stack ${stack}`;

export function text(finding: Finding): string {
  const lines = finding.drifted.flatMap((drifted) => [
    `  ${drifted.what} ${drifted.name} (${drifted.type})`,
    ...drifted.properties.map((change) => `    ${change.path}: ${before(change)} -> ${after(change)}`),
    ...(drifted.by ?? []).map((by) => `    by ${by.who}${by.at === undefined ? "" : ` at ${by.at}`} (${by.how})`),
  ]);
  const problems = finding.problems.map((problem) => `  could not check: ${problem.replaceAll("\n", "\n    ")}`);
  return [headline(finding), ...lines, ...problems, ...(lines.length > 0 ? [remedy(finding.stack)] : [])].join("\n");
}

export function markdown(finding: Finding): string {
  const { stack, drifted, problems, time } = finding;
  return [
    `### ${plain(headline(finding))}`,
    ...(drifted.length > 0
      ? [
          "Somebody or something changed this environment outside of Pulumi.",
          table(["resource", "property", "last update", "now"], drifted.flatMap(rows)),
          ...whoMarkdown(drifted),
          ...offer(finding),
          `Revert the changes with ${code(`npx tarmac deploy ${stack} --refresh`)}, or write the changes into the program, and then ${code(`pulumi refresh --stack ${stack}`)}.`,
        ]
      : []),
    ...(problems.length > 0 ? ["Some resources could not be checked:", block(problems.join("\n"))] : []),
    `<sub>Looked at ${plain(time)}.</sub>`,
  ].join("\n\n");
}

/** Only for resources where a change was recorded. */
function whoMarkdown(drifted: readonly Drifted[]): string[] {
  const found = drifted.flatMap(({ name, by = [] }) =>
    by.map(({ who, at = "", how }) => [code(name), plain(who), plain(at), code(how)]),
  );
  return found.length === 0 ? [] : [table(["resource", "changed by", "at", "how"], found)];
}

/** The command that people can use in a comment on the issue. */
function offer({ drifted }: Finding): string[] {
  const { chosen, left } = chooseToPutBack(drifted, {});
  const guarded = left.map(({ drifted: { name } }) => code(name)).join(", ");
  return [
    ...(chosen.length === 0
      ? []
      : [
          `Anybody with write access to this repository can comment ${code(orderWords)}: it puts back ${chosen.map(({ name }) => code(name)).join(", ")}, and nothing else.`,
        ]),
    ...(guarded === "" ? [] : [`The command never touches what is guarded: ${guarded}.`]),
  ];
}

function rows({ what, name, type, properties }: Drifted): string[][] {
  const resource = `${code(name)} ${plain(type)}`;
  if (what === "deleted") return [[resource, "", "there", "**deleted**"]];
  return properties.map((change) => [resource, code(change.path), code(before(change)), code(after(change))]);
}
