/**
 * A role assignment that Azure has made does not count everywhere at once: usually within a minute, within ten at most.
 * AKS asks for the rights of a cluster's identities before it makes the cluster, and refuses it when it does not see them
 * (CustomKubeletIdentityMissingPermissionError, ResourceMissingPermissionError). The same update succeeds a moment later.
 * https://learn.microsoft.com/azure/role-based-access-control/troubleshooting#symptom---role-assignment-changes-are-not-being-detected
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { RoleAssignment } from "@pulumi/azure-native/authorization/index.js";
import * as pulumi from "@pulumi/pulumi";

/**
 * How old rights are before a cluster is asked for, in seconds. Thirty are often too few (Azure/azure-service-operator#3267); with more, a
 * first update seldom has to run twice, as `deploy` and `sandbox up` do when AKS does not see a right yet.
 */
export const defaultGrantSeconds = 90;

/** Milliseconds until rights of these times have the age. A time that lies ahead, by another clock, is taken for now; without one nobody waits. */
export function millisecondsToAge(createdOn: readonly (string | undefined)[], seconds: number, now: number): number {
  const times = createdOn.map((time) => Date.parse(time ?? "")).filter((time) => !Number.isNaN(time));
  return Math.max(0, ...times.map((time) => Math.min(time, now) + seconds * 1000 - now));
}

/**
 * The same output, in an update once these rights have the age. Those of an earlier update have it: only a first one waits.
 *
 * @param seconds 0 waits for nothing
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
