/** What a check of the preflight is: one question to Azure about what a stack is going to need. */
import type { ResourceReader } from "../azure/resourceReader.ts";
import type { CallerRights } from "./callerRights.ts";
import type { ExistingStack } from "./existingStack.ts";
import type { PlannedStack } from "./plannedStack.ts";

/** "unknown": Azure did not say, so the answer may be either. It never counts as passed. */
export type State = "ok" | "problem" | "unknown";

export interface Outcome {
  state: State;
  /** What was found, with the values that it was judged by. */
  what: string;
  /** The command or setting that fixes it; required unless the state is "ok". */
  fix?: string;
}

export interface Questions {
  azure: ResourceReader;
  /** `/subscriptions/ID` */
  subscription: string;
  /** What the signed-in identity may do. */
  rights: CallerRights;
  /** What the stack has already; asked once. */
  existing: () => Promise<ExistingStack>;
  /** The API server's metrics in Prometheus' text format. @throws CouldNotRun when the cluster cannot be read */
  clusterMetrics: () => Promise<string>;
}

export interface PreflightCheck {
  /** Short name, e.g. "vcpu-quota". */
  name: string;
  /** One sentence for the documentation: what the check compares. */
  about: string;
  /** Whether the stack needs what the check asks about. */
  applies(plan: PlannedStack): boolean;
  /** @throws AzureRefused when Azure does not answer: that makes the result "unknown" */
  run(plan: PlannedStack, questions: Questions): Promise<Outcome[]>;
}

export const ok = (what: string): Outcome => ({ state: "ok", what });
export const problem = (what: string, fix: string): Outcome => ({ state: "problem", what, fix });
export const unknown = (what: string, fix: string): Outcome => ({ state: "unknown", what, fix });
