/**
 * Tells whether the stack's state still describes this cluster and this Azure. When the cluster's store or the simulated
 * Azure's inventory was lost and recreated, the state names resources that no longer exist and has to be refreshed first.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadDeployer } from "../azure/deployer.ts";
import { leftGroups } from "./stackLeftovers.ts";
import { stateFolder } from "../layout.ts";
import { kubectl } from "./kubectl.ts";
import { stackName, stackResourceGroups } from "./stack.ts";

const file = join(stateFolder, "pulumi", "world.json");

/** Changes when the cluster or the cloud is recreated: the UID of a namespace that every cluster has, and the subscription. */
async function identity(): Promise<string> {
  const kubeSystem = await kubectl(["get", "namespace", "kube-system", "--output", "jsonpath={.metadata.uid}"]);
  const { subscriptionId } = loadDeployer(join(stateFolder, "azure", "deployer.json"));
  return JSON.stringify({ kubeSystem, subscriptionId });
}

/** Remembers the cluster and the cloud that the state describes. */
export async function rememberWorld(): Promise<void> {
  writeFileSync(file, await identity());
}

/** Whether the cluster or the cloud was recreated since the last update, or the stack's resource group is missing. */
export async function worldHasChanged(): Promise<boolean> {
  const groups = stackResourceGroups();
  if (groups.length === 0) return false;
  if (!existsSync(file) || readFileSync(file, "utf8") !== (await identity())) return true;
  const there = await leftGroups(stackName);
  return groups.some((group) => !there.includes(group));
}
