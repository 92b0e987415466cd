/** What a run's summary says of a deployment. */
import { block, code, plain } from "../report/markdown.ts";
import type { Aftermath } from "./aftermath.ts";
import type { Smoke } from "./smoke.ts";

export interface DeployedReport {
  stack: string;
  image: string;
  address: string;
  tried: Smoke;
  /** How to return to what was good, where it did not pass. */
  back?: string | undefined;
}

export function deployedMarkdown({ stack, image, address, tried, back }: DeployedReport): string {
  const passed = tried.problems.length === 0;
  return [
    `### ${plain(stack)}: ${passed ? "deployed" : "deployed, and did not pass the smoke test"}`,
    `${code(image)} at ${code(address)}`,
    ...tried.seen.map((line) => `- ✓ ${plain(line)}`),
    ...tried.problems.map((line) => `- ✗ ${plain(line)}`),
    ...(back === undefined ? [] : [plain(back)]),
    "",
  ].join("\n\n");
}

export interface FailedReport extends Aftermath {
  stack: string;
  error: string;
  /** How to return to what was good. */
  back?: string | undefined;
}

export function failedMarkdown({ stack, error, serving, diagnosis, back }: FailedReport): string {
  return [
    `### ${plain(stack)}: the update failed`,
    plain(serving),
    block(error),
    ...(diagnosis === undefined ? [] : ["What the doctor says:", block(diagnosis)]),
    ...(back === undefined ? [] : [plain(back)]),
    "",
  ].join("\n\n");
}
