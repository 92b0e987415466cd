/** The requests that AKS refuses while a cluster is stopped. */
import { ArmError } from "../armErrors.ts";
import type { Entry } from "../inventory.ts";
import { asObject, asString } from "../jsonValues.ts";

export const powerOf = ({ resource }: Entry): string =>
  asString(asObject(resource.properties.powerState)?.code) ?? "Running";

/**
 * https://learn.microsoft.com/troubleshoot/azure/azure-kubernetes/create-upgrade-delete/operationnotallowed
 * That page has the messages for starting and stopping; the messages for other operations follow the same form.
 */
export function notAllowed(entry: Entry, what: string): ArmError {
  const state = asString(entry.resource.properties.provisioningState) ?? "Succeeded";
  return new ArmError(
    409,
    "OperationNotAllowed",
    `managed cluster is in Provisioning State(${state}) and Power State(${powerOf(entry)}), ${what} cannot be performed`,
  );
}

/** @throws 409 OperationNotAllowed when the cluster is stopped, because it cannot be changed until it runs again */
export function refuseStopped(cluster: Entry | undefined, what: string): void {
  if (cluster !== undefined && powerOf(cluster) === "Stopped") throw notAllowed(cluster, what);
}
