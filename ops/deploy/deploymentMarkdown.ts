/** The summary of a deployment in a workflow run. */
import { block, code, plain } from "../report/markdown.ts";
import type { Aftermath } from "./aftermath.ts";
import type { Tried } from "./smoke.ts";

export interface DeployedReport {
  stack: string;
  tried: readonly Tried[];
  /** How to return to the good state if it did not pass. */
  back?: string | undefined;
}

export function deployedMarkdown({ stack, tried, back }: DeployedReport): string {
  const passed = tried.every(({ problems }) => problems.length === 0);
  return [
    `### ${plain(stack)}: ${passed ? "deployed" : "deployed, but did not pass the smoke test"}`,
    ...tried.flatMap(({ service, seen, problems }) => [
      [
        ...(tried.length > 1 ? [`**${plain(service.name)}**:`] : []),
        code(service.image ?? "an unknown image"),
        ...(service.address === undefined ? [] : [`at ${code(service.address)}`]),
      ].join(" "),
      ...seen.map((line) => `- ✓ ${plain(line)}`),
      ...problems.map((line) => `- ✗ ${plain(line)}`),
    ]),
    ...(back === undefined ? [] : [plain(back)]),
    "",
  ].join("\n\n");
}

export interface FailedReport extends Aftermath {
  stack: string;
  error: string;
  /** How to return to the good state. */
  back?: string | undefined;
}

export function failedMarkdown({ stack, error, serving, diagnosis, back }: FailedReport): string {
  return [
    `### ${plain(stack)}: the update failed`,
    plain(serving),
    block(error),
    ...(diagnosis === undefined ? [] : ["The doctor's report:", block(diagnosis)]),
    ...(back === undefined ? [] : [plain(back)]),
    "",
  ].join("\n\n");
}
