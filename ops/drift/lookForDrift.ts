/** Asks the providers what is really there, and compares it with the state. Changes neither. */
import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation/events.js";
import { followEvents, lastWords } from "../pulumi/engineEvents.ts";
import { propertyChanges, type PropertyChange } from "../pulumi/propertyChanges.ts";
import { nameOf, plainType, titleOf } from "../pulumi/urn.ts";
import { ownPoolName, withoutNoise } from "./noise.ts";

/** One change, as far as somebody recorded it. */
export interface ChangedBy {
  /** A person's name, an object id, or a program. */
  who: string;
  /** ISO 8601. */
  at?: string;
  /** e.g. "Microsoft.Resources/subscriptions/resourceGroups/write". */
  how: string;
}

/** A resource that is not as the last update left it. */
export interface Drifted {
  /** "deleted": it is not there any more. */
  what: "changed" | "deleted";
  /** As Pulumi names it, e.g. "kubernetes:apps/v1:Deployment". */
  type: string;
  /** Name in the program. */
  name: string;
  urn: string;
  /** The provider's. */
  id?: string;
  /** Who changed it, newest first; absent: not known. */
  by?: ChangedBy[];
  /** `before` is what the last update left, `after` what is there. Empty for what is deleted. */
  properties: PropertyChange[];
}

export interface Look {
  drifted: Drifted[];
  /** Resources that were looked at. */
  looked: number;
  /** Why some could not be looked at. Empty: all were. */
  problems: string[];
  /** Why nothing was looked at: the cluster sleeps. */
  asleep?: string;
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
    ...["refresh", "--preview-only", "--json", "--stack", stack],
    ...(configFile === undefined ? [] : ["--config-file", configFile]),
    ...(runProgram ? ["--run-program"] : []),
  ];
}

/** @throws NoPulumi; what cannot be looked at is part of the result */
export async function look(options: LookOptions, env: NodeJS.ProcessEnv = process.env): Promise<Look> {
  const collected = new Collected();
  const ended = await followEvents(lookArguments(options), { cwd: options.folder, env }, (event) =>
    collected.take(event),
  );
  return collected.result(ended.code ?? 1, lastWords(ended));
}

export class Collected {
  /** Judged at the end: whether one resource has drifted may depend on another. */
  readonly #found: StepEventMetadata[] = [];
  readonly #problems = new Set<string>();
  #looked = 0;

  take({ resOutputsEvent, diagnosticEvent }: EngineEvent): void {
    if (resOutputsEvent !== undefined) this.#outcome(resOutputsEvent.metadata);
    if (diagnosticEvent?.severity === "error") {
      const text = diagnosticEvent.message.trim();
      const about = titleOf(diagnosticEvent.urn);
      if (!/^(?:refresh|update|preview) failed$/.test(text))
        this.#problems.add(about === undefined ? text : `${about}: ${text}`);
    }
  }

  /** A refresh says of each resource how it was found: the same, changed, or gone. */
  #outcome(step: StepEventMetadata): void {
    if ((step.new ?? step.old)?.custom !== true) return;
    this.#looked++;
    this.#found.push(step);
  }

  result(exitCode: number, said: string): Look {
    if (exitCode !== 0 && this.#problems.size === 0) this.#problems.add(said);
    const pools = new Set(this.#found.map(ownPoolName).filter((name) => name !== undefined));
    return {
      drifted: this.#found.flatMap((step) => drifted(step, pools)),
      looked: this.#looked,
      problems: [...this.#problems],
    };
  }
}

function drifted(step: StepEventMetadata, pools: ReadonlySet<string>): Drifted[] {
  const { urn } = step;
  const id = step.new?.id ?? step.old?.id;
  const resource = { type: plainType(step.type), name: nameOf(urn), urn, ...(id === undefined ? {} : { id }) };
  if (step.op === "delete") return [{ what: "deleted", ...resource, properties: [] }];
  if (step.op !== "update") return [];
  const all = propertyChanges(step);
  const properties = withoutNoise(step, all, pools).map((change) => ({ ...change, replaces: false }));
  return all.length > 0 && properties.length === 0 ? [] : [{ what: "changed", ...resource, properties }];
}
