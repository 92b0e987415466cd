/** Asks the providers what is really there, and compares it with the state. Changes neither. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation/events.js";
import { plainType } from "../previewReport/events.ts";
import { propertyChanges } from "../previewReport/properties.ts";
import type { PropertyChange } from "../previewReport/report.ts";
import { NoPulumi } from "../pulumi/cli.ts";

/** A resource that is not as the last update left it. */
export interface Drifted {
  /** "deleted": it is not there any more. */
  what: "changed" | "deleted";
  /** As Pulumi names it, e.g. "kubernetes:apps/v1:Deployment". */
  type: string;
  /** Name in the program. */
  name: string;
  urn: string;
  /** `before` is what the last update left, `after` what is there. Empty for what is deleted. */
  properties: PropertyChange[];
}

export interface Look {
  drifted: Drifted[];
  /** Resources that were looked at. */
  looked: number;
  /** Why some could not be looked at. Empty: all were. */
  problems: string[];
}

export interface LookOptions {
  stack: string;
  /** Folder of the program. */
  folder: string;
  /** Default: Pulumi.STACK.yaml in the folder. */
  configFile?: string;
  /** Run the program too, for a fresh sign-in to cluster and cloud. */
  runProgram: boolean;
}

export function lookArguments({ stack, configFile, runProgram }: LookOptions): string[] {
  return [
    ...["refresh", "--preview-only", "--json", "--non-interactive", "--stack", stack],
    ...(configFile === undefined ? [] : ["--config-file", configFile]),
    ...(runProgram ? ["--run-program"] : []),
  ];
}

/** @throws NoPulumi; what cannot be looked at is part of the result */
export async function look(options: LookOptions, env: NodeJS.ProcessEnv = process.env): Promise<Look> {
  const child = spawn("pulumi", lookArguments(options), {
    cwd: options.folder,
    env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true", PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const collected = new Collected();
  const other: string[] = [];
  // Never kept in a file: among the engine's events are debug messages with tokens in plain text.
  createInterface({ input: child.stdout }).on("line", (line) => {
    const event = parsed(line);
    if (event === undefined) other.push(line);
    else collected.take(event);
  });
  createInterface({ input: child.stderr }).on("line", (line) => other.push(line));
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once("error", (error) => reject(new NoPulumi(error)));
    child.once("close", resolve);
  });
  return collected.result(exitCode ?? 1, other);
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

export class Collected {
  readonly #drifted = new Map<string, Drifted>();
  readonly #problems = new Set<string>();
  #looked = 0;

  take({ resOutputsEvent, diagnosticEvent }: EngineEvent): void {
    if (resOutputsEvent !== undefined) this.#outcome(resOutputsEvent.metadata);
    if (diagnosticEvent?.severity === "error") {
      const text = diagnosticEvent.message.trim();
      if (!/^(?:refresh|update|preview) failed$/.test(text)) this.#problems.add(named(diagnosticEvent.urn, text));
    }
  }

  /** A refresh says of each resource how it was found: the same, changed, or gone. */
  #outcome(step: StepEventMetadata): void {
    if ((step.new ?? step.old)?.custom !== true) return;
    this.#looked++;
    if (step.op !== "update" && step.op !== "delete") return;
    const properties = step.op === "update" ? propertyChanges(step) : [];
    this.#drifted.set(step.urn, {
      what: step.op === "update" ? "changed" : "deleted",
      type: plainType(step.type),
      name: nameOf(step.urn),
      urn: step.urn,
      properties: properties.map((change) => ({ ...change, replaces: false })),
    });
  }

  result(exitCode: number, other: readonly string[]): Look {
    if (exitCode !== 0 && this.#problems.size === 0) {
      const said = other
        .join("\n")
        .trim()
        .replaceAll(/^error: /gm, "");
      this.#problems.add(said === "" ? `pulumi refresh ended with exit code ${exitCode} and said nothing` : said);
    }
    return { drifted: [...this.#drifted.values()], looked: this.#looked, problems: [...this.#problems] };
  }
}

const nameOf = (urn: string) => urn.split("::").slice(3).join("::");

function named(urn: string | undefined, text: string): string {
  const type = urn?.split("::")[2]?.split("$").at(-1);
  return urn === undefined || urn === "" || type === undefined || type === "pulumi:pulumi:Stack"
    ? text
    : `${nameOf(urn)} (${plainType(type)}): ${text}`;
}
