/** Runs every check that a stack needs, in parallel. */
import { AzureRefused } from "../azure/resourceReader.ts";
import { CouldNotRun } from "../couldNotRun.ts";
import { everyCheck } from "./everyCheck.ts";
import type { PlannedStack } from "./plannedStack.ts";
import { type Outcome, type PreflightCheck, type Questions, unknown } from "./preflightCheck.ts";

export interface Found extends Outcome {
  /** Name of the check. */
  check: string;
}

/** @param checks default: every check; only those that apply to the stack run */
export async function preflight(
  plan: PlannedStack,
  questions: Questions,
  checks: readonly PreflightCheck[] = everyCheck,
): Promise<Found[]> {
  const found = await Promise.all(
    checks
      .filter((check) => check.applies(plan))
      .map(async (check) => {
        const outcomes = await check.run(plan, questions).catch((error: unknown) => [unanswered(error, questions)]);
        return outcomes.map((outcome) => ({ check: check.name, ...outcome }));
      }),
  );
  return found.flat();
}

/** A question without an answer never counts as passed. @throws the error if it is a bug in the program */
function unanswered(error: unknown, { rights, subscription }: Questions): Outcome {
  if (error instanceof AzureRefused) {
    const { status, code, message } = error;
    const fix =
      status === 401 || status === 403
        ? `az role assignment create --assignee ${rights.objectId} --role Reader --scope ${subscription}`
        : code === "MissingSubscriptionRegistration"
          ? `az provider register --namespace ${/namespace '([^']+)'/.exec(message)?.[1] ?? "NAMESPACE"} --wait`
          : "try again; if the answer stays the same, ask in Azure's portal";
    return unknown(`Azure does not say: ${code}: ${message}`, fix);
  }
  if (error instanceof CouldNotRun) return unknown(error.message, "see the message");
  // fetch reports a failed or timed-out connection like this.
  if (error instanceof TypeError || (error as Error).name === "TimeoutError")
    return unknown(`no answer from Azure: ${causeOf(error as Error)}`, "check the connection, and try again");
  throw error;
}

const causeOf = ({ message, cause }: Error): string =>
  cause instanceof Error ? `${message} (${cause.message})` : message;

/** 0: every check passed. 1: something would fail. 2: no known failure, but some question has no answer. */
export function exitCodeOf(found: readonly Found[]): 0 | 1 | 2 {
  if (found.some(({ state }) => state === "problem")) return 1;
  return found.some(({ state }) => state === "unknown") ? 2 : 0;
}
