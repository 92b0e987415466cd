/** Asks the providers for the actual resources and compares them with the state. Changes neither. */
import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation/events.js";
import { followEvents, lastWords } from "../pulumi/engineEvents.ts";
import { propertyChanges, type PropertyChange } from "../pulumi/propertyChanges.ts";
import { nameOf, plainType, titleOf } from "../pulumi/urn.ts";
import { ownPoolName, withoutNoise } from "./noise.ts";

/** One change, as far as it was recorded. */
export interface ChangedBy {
  /** A person's name, an object id, or a program. */
  who: string;
  /** ISO 8601. */
  at?: string;
  /** e.g. "Microsoft.Resources/subscriptions/resourceGroups/write". */
  how: string;
}

/** A resource that differs from what the last update left. */
export interface Drifted {
  /** "deleted": the resource no longer exists. */
  what: "changed" | "deleted";
  /** Pulumi's name of the type, e.g. "kubernetes:apps/v1:Deployment". */
  type: string;
  /** Name in the program. */
  name: string;
  urn: string;
  /** The provider's. */
  id?: string;
  /** Who changed it, newest first. Absent: unknown. */
  by?: ChangedBy[];
  /** `before` is what the last update left, `after` the current value. Empty for a deleted resource. */
  properties: PropertyChange[];
}

export interface Look {
  drifted: Drifted[];
  /** Number of resources checked. */
  looked: number;
  /** Why some resources could not be checked. Empty: all were checked. */
  problems: string[];
  /** Why nothing was checked: the cluster is stopped. */
  asleep?: string;
}

export interface LookOptions {
  stack: string;
  /** Folder of the program. */
  folder: string;
  /** Default: Pulumi.STACK.yaml in the folder. */
  configFile?: string;
  /** Also run the program, for a fresh sign-in to cluster and cloud. */
  runProgram: boolean;
}

export function lookArguments({ stack, configFile, runProgram }: LookOptions): string[] {
  return [
    ...["refresh", "--preview-only", "--json", "--stack", stack],
    ...(configFile === undefined ? [] : ["--config-file", configFile]),
    ...(runProgram ? ["--run-program"] : []),
  ];
}

/** @throws NoPulumi; resources that cannot be checked are part of the result */
export async function look(options: LookOptions, env: NodeJS.ProcessEnv = process.env): Promise<Look> {
  const collected = new Collected();
  const ended = await followEvents(lookArguments(options), { cwd: options.folder, env }, (event) =>
    collected.take(event),
  );
  return collected.result(ended.code ?? 1, lastWords(ended));
}

export class Collected {
  /** Judged at the end: whether one resource has drifted can depend on another. */
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

  /** A refresh reports each resource as same, changed, or deleted. */
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
