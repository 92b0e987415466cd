/**
 * Runs a Pulumi command and reads the engine's events from its output as they arrive. Events are never written to a
 * file: they include the engine's debug messages, which contain access tokens and kubeconfigs in plain text.
 */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { EngineEvent } from "@pulumi/pulumi/automation/events.js";
import { dockerEngineVariables } from "@tarmac/components/image/dockerEngine";
import { NoPulumi } from "./pulumiCli.ts";

export interface Ended {
  /** Null: ended by a signal. */
  code: number | null;
  /** Output other than events, from both streams: errors before the engine began. */
  other: string[];
}

/**
 * @param args with `--json`; newer engines and `PULUMI_ENABLE_STREAMING_JSON_PREVIEW` turn that into a stream of events
 * @throws NoPulumi
 */
export async function followEvents(
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
  take: (event: EngineEvent) => void,
): Promise<Ended> {
  const child = spawn("pulumi", ["--non-interactive", ...args], {
    cwd: options.cwd,
    env: {
      ...options.env,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true",
      ...dockerEngineVariables(options.env),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const other: string[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    const event = parsed(line);
    if (event === undefined) other.push(line);
    else take(event);
  });
  createInterface({ input: child.stderr }).on("line", (line) => other.push(line));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", (error) => reject(new NoPulumi(error)));
    child.once("close", resolve);
  });
  return { code, other };
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

/** On a machine with its own plugins. */
const notTheReason = /^warning: using pulumi-\S+ from \$PATH at /;

/** Why a command failed without an event about it. */
export function lastWords({ code, other }: Ended): string {
  const said = other.filter((line) => line.trim() !== "" && !notTheReason.test(line)).slice(-20);
  return said.length > 0
    ? said.join("\n").replaceAll(/^error: /gm, "")
    : `pulumi ended with exit code ${code} and said nothing`;
}
