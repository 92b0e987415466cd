/** Defines a preflight check: one question to Azure about what a stack will need. */
import type { ResourceReader } from "../azure/resourceReader.ts";
import type { CallerRights } from "./callerRights.ts";
import type { ExistingStack } from "./existingStack.ts";
import type { PlannedStack } from "./plannedStack.ts";

/** "unknown": Azure did not answer. It never counts as passed. */
export type State = "ok" | "problem" | "unknown";

export interface Outcome {
  state: State;
  /** The finding, with the values it is based on. */
  what: string;
  /** The command or setting that fixes it; required unless the state is "ok". */
  fix?: string;
}

export interface Questions {
  azure: ResourceReader;
  /** `/subscriptions/ID` */
  subscription: string;
  /** Permissions of the signed-in identity. */
  rights: CallerRights;
  /** The stack's existing resources; requested once. */
  existing: () => Promise<ExistingStack>;
  /** The API server's metrics in the Prometheus text format. @throws CouldNotRun if the cluster cannot be read */
  clusterMetrics: () => Promise<string>;
}

export interface PreflightCheck {
  /** Short name, e.g. "vcpu-quota". */
  name: string;
  /** One sentence for the documentation: what the check compares. */
  about: string;
  /** Whether the check is relevant for the stack. */
  applies(plan: PlannedStack): boolean;
  /** @throws AzureRefused if Azure does not answer: the result is then "unknown" */
  run(plan: PlannedStack, questions: Questions): Promise<Outcome[]>;
}

export const ok = (what: string): Outcome => ({ state: "ok", what });
export const problem = (what: string, fix: string): Outcome => ({ state: "problem", what, fix });
export const unknown = (what: string, fix: string): Outcome => ({ state: "unknown", what, fix });
