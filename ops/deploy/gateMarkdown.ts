/** The summary of what a deployment would do, for its approver. */
import { fit, summaryLimit } from "../previewReport/cutReport.ts";
import { marker, render } from "../previewReport/reportMarkdown.ts";
import { plain } from "../report/markdown.ts";
import type { Judgement } from "./deploymentGate.ts";

const remedy =
  "Nothing was changed. To accept a replacement or deletion, deploy again and name the resource: " +
  "`npx tarmac deploy STACK --allow-replace RESOURCE`, or the field `allow-replace` of the workflow.";

export function gateMarkdown(stack: string, { report, verdict, accepted, differences }: Judgement): string {
  const sections = render(report, verdict, { title: `${plain(stack)}: what this deployment changes`, remedy });
  const { text } = fit(sections, summaryLimit, "The log of the job has the rest.");
  const lists = [
    ["Accepted", accepted],
    ["Not seen before", differences],
  ] as const;
  const more = lists.flatMap(([title, lines]) =>
    lines.length === 0 ? [] : [`**${title}**`, lines.map((line) => `- ${plain(line)}`).join("\n")],
  );
  return `${[text.replace(`${marker}\n`, "").trimEnd(), ...more].join("\n\n")}\n\n`;
}
