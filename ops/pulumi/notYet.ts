/**
 * Azure's temporary refusals: the same update succeeds a little later. azure-native retries requests that Azure
 * throttles or that fail inside Azure, but not these.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { PulumiFailed } from "./pulumiCli.ts";

interface NotYet {
  /** Matched against Pulumi's output. */
  pattern: RegExp;
  /** Explains the wait. */
  because: (found: RegExpExecArray) => string;
  seconds: number;
}

/**
 * Role assignments take up to ten minutes to propagate
 * (https://learn.microsoft.com/azure/role-based-access-control/troubleshooting#symptom---role-assignment-changes-are-not-being-detected),
 * and AKS runs one operation on a cluster at a time (https://aka.ms/aks-pending-operation).
 */
const refusals: readonly NotYet[] = [
  {
    pattern: /\b(CustomKubeletIdentityMissingPermissionError|ResourceMissingPermissionError)\b/,
    because: ([, code = ""]) => `AKS does not yet see the roles that this update granted (${code})`,
    seconds: 120,
  },
  {
    pattern: /\bPrincipalNotFound\b/,
    because: () => "A new identity has not reached all of Entra yet (PrincipalNotFound)",
    seconds: 60,
  },
  {
    pattern: /OperationNotAllowed[\s\S]*?\bin[ -]progress ([\w ]*?) ?operation/,
    because: ([, what = ""]) =>
      `AKS is still busy with another operation on the cluster: ${what} (OperationNotAllowed)`,
    seconds: 120,
  },
  {
    pattern: /OperationNotAllowed[\s\S]*?Another (?:agentpool )?operation \(([^)]*)\) is in progress/,
    because: ([, what = ""]) =>
      `AKS is still busy with another operation on the cluster: ${what} (OperationNotAllowed)`,
    seconds: 120,
  },
];

/** What to change if a region has no capacity for a cluster; `undefined` for any other failure. */
export function capacityAdvice(message: string): string | undefined {
  const code = /\bAKSCapacity\w*/.exec(message)?.[0];
  if (code === undefined) return undefined;
  return (
    `${code}: AKS has no capacity in this region for such a cluster at the moment. Nothing is wrong with the settings. For a new stack, choose another region ` +
    "(location) or a paid tier (clusterTier: Standard); a cluster without apiServerInNetwork may also fit. Another location replaces everything " +
    "that the stack has created: destroy the unfinished stack first. See https://aka.ms/akscapacityerror"
  );
}

/** The temporary refusal in a failed update's output, with the reason for waiting. */
export function notYet(message: string): { because: string; seconds: number } | undefined {
  for (const { pattern, because, seconds } of refusals) {
    const found = pattern.exec(message);
    if (found !== null) return { because: because(found), seconds };
  }
  return undefined;
}

/**
 * Runs an update, and repeats it once after a wait if Azure refused it temporarily.
 * @param interrupted an interrupted update is not repeated
 * @throws PulumiFailed of the last attempt
 */
export async function againWhenNotYet(
  run: () => Promise<void>,
  say: (line: string) => void,
  interrupted?: AbortSignal,
  pause: (seconds: number) => Promise<unknown> = (seconds) => sleep(seconds * 1000, undefined, { signal: interrupted }),
): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof PulumiFailed) || interrupted?.aborted === true) throw error;
    const advice = capacityAdvice(error.message);
    if (advice !== undefined) say(advice);
    const found = notYet(error.message);
    if (found === undefined) throw error;
    say(`${found.because}: running the update once more in ${found.seconds} s`);
    await pause(found.seconds);
    await run();
  }
}
