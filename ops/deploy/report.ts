/** What a run's summary says of a deployment. */
import { block, code, plain } from "../previewReport/markdown.ts";
import type { Aftermath } from "./aftermath.ts";
import type { Smoke } from "./smoke.ts";

export interface DeployedReport {
  stack: string;
  image: string;
  address: string;
  tried: Smoke;
}

export function deployedMarkdown({ stack, image, address, tried }: DeployedReport): string {
  const passed = tried.problems.length === 0;
  return [
    `### ${plain(stack)}: ${passed ? "deployed" : "deployed, and did not pass the smoke test"}`,
    `${code(image)} at ${code(address)}`,
    ...tried.seen.map((line) => `- ✓ ${plain(line)}`),
    ...tried.problems.map((line) => `- ✗ ${plain(line)}`),
    ...(passed ? [] : [`Back to the last good image: ${code(`npm run deploy -- ${stack} --rollback`)}`]),
    "",
  ].join("\n\n");
}

export interface FailedReport extends Aftermath {
  stack: string;
  error: string;
  /** The command that returns to what was good. */
  back?: string | undefined;
}

export function failedMarkdown({ stack, error, serving, diagnosis, back }: FailedReport): string {
  return [
    `### ${plain(stack)}: the update failed`,
    plain(serving),
    block(error),
    ...(diagnosis === undefined ? [] : ["What the doctor says:", block(diagnosis)]),
    ...(back === undefined ? [] : [`Back to the last good image: ${code(back)}`]),
    "",
  ].join("\n\n");
}
