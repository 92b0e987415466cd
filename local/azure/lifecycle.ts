/** What happens to a resource outside of requests: its provisioning, and its removal with everything that depends on it. */
import type { Cloud } from "./cloud.ts";
import type { LongAction } from "./resourceTypes/resourceType.ts";
import type { Entry, OperationRecord } from "./inventory.ts";
import { findType } from "./resourceTypes/servedResourceTypes.ts";
import { resourceGroupType } from "./resourceTypes/resourceGroup.ts";

/** Runs an operation, which may have been started by an earlier process. */
export async function runOperation(cloud: Cloud, operation: OperationRecord): Promise<void> {
  const entry = cloud.inventory.get(operation.resourceId);
  // The resource was deleted in the meantime.
  if (entry === undefined) return;
  if (operation.kind === "provision") return provision(cloud, entry, operation);
  if (operation.action !== undefined) {
    const { name, input } = operation.action;
    return findType(entry.resource.type)?.queuedActions?.[name]?.run(cloud, entry, input);
  }
  const long = findType(entry.resource.type)?.longActions?.[operation.kind];
  if (long !== undefined) return runLong(cloud, entry, operation, long);
  await cloud.operations.workDone(entry.resource.id);
  await remove(cloud, entry);
}

async function runLong(cloud: Cloud, entry: Entry, operation: OperationRecord, long: LongAction): Promise<void> {
  const { id, type, name, properties } = entry.resource;
  const over = (state: string) => {
    // Unless its removal was requested in the meantime.
    if (properties.provisioningState === long.state) cloud.inventory.patchProperties(id, { provisioningState: state });
  };
  try {
    cloud.simulation.disturbProvisioning({ type, name });
    await long.run(cloud, entry, operation);
    over("Succeeded");
  } catch (error) {
    if (!cloud.stopping.aborted) over("Failed");
    throw error;
  }
}

async function provision(cloud: Cloud, entry: Entry, operation: OperationRecord): Promise<void> {
  const { id, type, name } = entry.resource;
  try {
    cloud.simulation.disturbProvisioning({ type, name });
    await findType(type)?.provision?.(cloud, entry, operation);
    // Unless its removal was requested in the meantime.
    if (isBusy(entry)) cloud.inventory.patchProperties(id, { provisioningState: "Succeeded" });
  } catch (error) {
    if (!cloud.stopping.aborted) {
      for (const unfinished of cloud.inventory.within(id).filter(isBusy)) {
        cloud.inventory.patchProperties(unfinished.resource.id, { provisioningState: "Failed" });
      }
    }
    throw error;
  }
}

function isBusy({ resource }: Entry): boolean {
  return resource.properties.provisioningState === "Creating" || resource.properties.provisioningState === "Updating";
}

/** Removes a resource with its children, its role assignments, and the resource groups that it manages. */
async function remove(cloud: Cloud, entry: Entry): Promise<void> {
  const { id, type } = entry.resource;
  // Types with a removal step go first: a cluster before the identities that it uses.
  const content =
    type === resourceGroupType ? cloud.inventory.within(id).filter(({ resource }) => resource.id !== id) : [];
  for (const inner of content) {
    if (findType(inner.resource.type)?.remove !== undefined) await remove(cloud, inner);
  }
  await findType(type)?.remove?.(cloud, entry);
  for (const group of cloud.inventory.ofType(resourceGroupType)) {
    if (group.resource.managedBy === id) await remove(cloud, group);
  }
  cloud.inventory.remove(cloud.inventory.within(id).map(({ resource }) => resource.id));
}
