/** Runs one preview and parses its output. */
import { followEvents, lastWords } from "../pulumi/engineEvents.ts";
import { policyFlags, type PolicyPack } from "../policy/policyPack.ts";
import { PreviewEvents } from "./previewEvents.ts";
import type { Preview } from "./reportFormat.ts";

export interface PreviewInput {
  stack: string;
  /** Folder of the program. */
  folder: string;
  /** Default: Pulumi.STACK.yaml in the folder. */
  configFile?: string;
  policyPack?: PolicyPack;
  /** File for the plan that can constrain an update. */
  savePlan?: string;
  /** Refresh the state first. */
  refresh?: boolean;
  /** URNs of the only resources that may change. Default: all. */
  targets?: readonly string[];
}

/** @throws NoPulumi; a failed preview is a result */
export async function preview(input: PreviewInput, env: NodeJS.ProcessEnv = process.env): Promise<Preview> {
  const events = new PreviewEvents();
  const ended = await followEvents(previewArguments(input), { cwd: input.folder, env }, (event) => events.take(event));
  return events.result(ended.code ?? 1, lastWords(ended));
}

/** The result for a preview that is not run because it would only wait until it fails. */
export const failedPreview = (why: string): Preview => new PreviewEvents().result(1, why);

export function previewArguments({
  stack,
  configFile,
  policyPack,
  savePlan,
  refresh,
  targets = [],
}: PreviewInput): string[] {
  return [
    "preview",
    "--json",
    ...["--stack", stack],
    ...(configFile === undefined ? [] : ["--config-file", configFile]),
    // Otherwise the preview stops at the first protected resource to be deleted, and the rest stays hidden.
    "--ignore-protect",
    ...(refresh === true ? ["--refresh"] : []),
    ...(savePlan === undefined ? [] : ["--save-plan", savePlan]),
    ...targets.flatMap((urn) => ["--target", urn]),
    ...policyFlags(policyPack),
  ];
}
