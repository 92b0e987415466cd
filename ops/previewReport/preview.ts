/**
 * Runs one preview and reads the engine's events from its output as they come. They are never written to a file: among them
 * are the engine's debug messages, which hold access tokens and kubeconfigs in plain text.
 */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { EngineEvent } from "@pulumi/pulumi/automation/events.js";
import { NoPulumi } from "../pulumi/cli.ts";
import { PreviewEvents } from "./events.ts";
import type { Preview } from "./report.ts";

export interface PreviewInput {
  stack: string;
  /** Folder of the program. */
  folder: string;
  /** Default: Pulumi.STACK.yaml in the folder. */
  configFile?: string;
  /** Folder of a policy pack, and the file with its settings. */
  policyPack?: { folder: string; config?: string };
}

/** @throws NoPulumi; a preview that fails is a result */
export async function preview(input: PreviewInput, env: NodeJS.ProcessEnv = process.env): Promise<Preview> {
  const child = spawn("pulumi", previewArguments(input), {
    cwd: input.folder,
    env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true", PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const events = new PreviewEvents();
  const other: string[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    const event = parsed(line);
    if (event === undefined) other.push(line);
    else events.take(event);
  });
  createInterface({ input: child.stderr }).on("line", (line) => other.push(line));
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once("error", (error) => reject(new NoPulumi(error)));
    child.once("close", resolve);
  });
  return events.result(exitCode ?? 1, other.slice(-longestTail).join("\n"));
}

/** Lines of what is no event that an error shows. */
const longestTail = 40;

export function previewArguments({ stack, configFile, policyPack }: PreviewInput): string[] {
  return [
    "preview",
    "--non-interactive",
    "--json",
    ...["--stack", stack],
    ...(configFile === undefined ? [] : ["--config-file", configFile]),
    // Else the preview ends at the first protected resource that has to go, and nobody sees the rest.
    "--ignore-protect",
    ...(policyPack === undefined ? [] : ["--policy-pack", policyPack.folder]),
    ...(policyPack?.config === undefined ? [] : ["--policy-pack-config", policyPack.config]),
  ];
}

function parsed(line: string): EngineEvent | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const event = JSON.parse(line) as EngineEvent;
    return typeof event.sequence === "number" ? event : undefined;
  } catch {
    return undefined;
  }
}
