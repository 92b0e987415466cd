/**
 * A new role assignment takes time to propagate: usually within a minute, at most ten. AKS checks the roles of a
 * cluster's identities before it creates the cluster. If it does not see them yet, it refuses the cluster
 * (CustomKubeletIdentityMissingPermissionError, ResourceMissingPermissionError). The same update succeeds a moment
 * later.
 * https://learn.microsoft.com/azure/role-based-access-control/troubleshooting#symptom---role-assignment-changes-are-not-being-detected
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { RoleAssignment } from "@pulumi/azure-native/authorization/index.js";
import * as pulumi from "@pulumi/pulumi";

/**
 * Minimum age of a grant before the cluster is created, in seconds. Thirty seconds are often too few
 * (Azure/azure-service-operator#3267). With 90, a first update rarely has to run again, which `deploy` and `sandbox up`
 * do when AKS does not see a grant yet.
 */
export const defaultGrantSeconds = 90;

/**
 * Returns the milliseconds until every grant is at least `seconds` old. Timestamps in the future (clock skew) count as
 * now; missing ones are ignored.
 */
export function millisecondsToAge(createdOn: readonly (string | undefined)[], seconds: number, now: number): number {
  const times = createdOn.map((time) => Date.parse(time ?? "")).filter((time) => !Number.isNaN(time));
  return Math.max(0, ...times.map((time) => Math.min(time, now) + seconds * 1000 - now));
}

/**
 * Returns the same output, delayed in an update until the grants are old enough. Grants of an earlier update are old
 * enough, so only the first update waits.
 *
 * @param seconds minimum age of the grants; 0 does not wait
 */
export function onceGranted<T>(
  output: pulumi.Output<T>,
  grants: readonly RoleAssignment[],
  seconds: number,
): pulumi.Output<T> {
  if (seconds === 0 || grants.length === 0 || pulumi.runtime.isDryRun()) return output;
  const times = pulumi.all(grants.map(({ createdOn }) => createdOn));
  return pulumi.all([output, times]).apply(async ([value, createdOn]) => {
    await sleep(millisecondsToAge(createdOn, seconds, Date.now()));
    return value as T;
  });
}
