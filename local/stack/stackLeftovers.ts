/**
 * Finds what a stack left in the simulated Azure and on the cluster, without a record in its state, by the tags and
 * labels that all resources of a stack have.
 */
import { ResourceManagementClient } from "@azure/arm-resources";
import type { Report } from "../progress.ts";
import { options, signIn } from "./deployerSignIn.ts";
import { kubectl } from "./kubectl.ts";

function resourceManager(): ResourceManagementClient {
  const { credential, subscription } = signIn();
  return new ResourceManagementClient(credential, subscription, options);
}

/** The resource groups of a stack, by name. */
export async function leftGroups(stack: string): Promise<string[]> {
  const names: string[] = [];
  for await (const group of resourceManager().resourceGroups.list({
    filter: `tagName eq 'stack' and tagValue eq '${stack}'`,
  })) {
    if (group.name !== undefined && group.tags?.["managed-by"] === "tarmac") names.push(group.name);
  }
  return names;
}

/** Deletes the leftovers of a stack, with everything in them. */
export async function removeLeftovers(stack: string, report: Report): Promise<void> {
  const groups = await leftGroups(stack);
  for (const group of groups) {
    report(`deleting resource group ${group}`);
    await resourceManager().resourceGroups.beginDeleteAndWait(group);
  }
  await kubectl(["delete", "namespace", "--selector", `tarmac.dev/stack=${stack}`, "--wait", "--timeout=60s"]);
}
