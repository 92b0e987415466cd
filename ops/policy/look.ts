/** Runs the policy pack on a stack: on what an update would make, or on what the last one made. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { EngineEvent } from "@pulumi/pulumi/automation/events.js";
import { NoPulumi } from "../pulumi/cli.ts";
import { type Findings, FindingsReader } from "./findings.ts";
import type { PolicyPack } from "./pack.ts";

export interface Look {
  stack: string;
  pack: PolicyPack;
  /** "preview" runs the program, "state" only reads the state and asks no provider. */
  at: "preview" | "state";
  /** Stack file; default: Pulumi.STACK.yaml beside the program. */
  configFile?: string;
  /** Folder of the program. */
  folder: string;
}

/** The CLI could not look at the stack at all; the message is its own. */
export class CouldNotLook extends Error {
  override readonly name = "CouldNotLook";
}

/**
 * The events are read as they come and never written to a file: among them are debug messages with tokens in plain text.
 * @throws NoPulumi, CouldNotLook
 */
export async function look(input: Look, env: NodeJS.ProcessEnv = process.env): Promise<Findings> {
  const child = spawn("pulumi", lookArguments(input), {
    cwd: input.folder,
    env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true", PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const reader = new FindingsReader();
  const other: string[] = [];
  let ended = false;
  createInterface({ input: child.stdout }).on("line", (line) => {
    const event = parsed(line);
    if (event === undefined) other.push(line);
    else reader.take(event);
    ended ||= event?.summaryEvent !== undefined;
  });
  createInterface({ input: child.stderr }).on("line", (line) => other.push(line));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", (error) => reject(new NoPulumi(error)));
    child.once("close", resolve);
  });
  const result = reader.result();
  if (result.errors.length > 0) throw new CouldNotLook(result.errors.join("\n"));
  const explained = code === 0 || result.findings.some(({ level }) => level === "mandatory");
  if (!explained || (!ended && code !== 0)) throw new CouldNotLook(lastWords(other, code));
  return result;
}

export function lookArguments({ stack, pack, at, configFile }: Look): string[] {
  return [
    ...(at === "state" ? ["policy", "analyze"] : ["preview"]),
    ...["--non-interactive", "--json", "--stack", stack],
    ...(at === "preview" && configFile !== undefined ? ["--config-file", configFile] : []),
    ...["--policy-pack", pack.folder],
    ...(pack.config === undefined ? [] : ["--policy-pack-config", pack.config]),
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

/** Of a machine that brings its own plugins. */
const notTheReason = /^warning: using pulumi-\S+ from \$PATH at /;

function lastWords(lines: readonly string[], code: number | null): string {
  const said = lines.filter((line) => line.trim() !== "" && !notTheReason.test(line)).slice(-20);
  return said.length > 0
    ? said.join("\n").replaceAll(/^error: /gm, "")
    : `pulumi ended with exit code ${code} and said nothing`;
}
