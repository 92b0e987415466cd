/**
 * What a stack left in the simulated Azure and on the cluster although its state does not know it: found by the tags and
 * labels that everything of a stack carries.
 */
import { readFileSync } from "node:fs";
import tls from "node:tls";
import { ClientSecretCredential } from "@azure/identity";
import { ResourceManagementClient } from "@azure/arm-resources";
import type { Report } from "../progress.ts";
import { run } from "../host/command.ts";
import { caCertificate, ports } from "../settings.ts";
import { stackEnvironment } from "./stack.ts";

/** Microsoft's own client, pointed at the simulated Azure. */
function resourceManager(): ResourceManagementClient {
  tls.setDefaultCACertificates([...tls.getCACertificates("default"), readFileSync(caCertificate, "utf8")]);
  const {
    ARM_TENANT_ID = "",
    ARM_CLIENT_ID = "",
    ARM_CLIENT_SECRET = "",
    ARM_SUBSCRIPTION_ID = "",
  } = stackEnvironment();
  const endpoint = `https://localhost:${ports.azure}`;
  const credential = new ClientSecretCredential(ARM_TENANT_ID, ARM_CLIENT_ID, ARM_CLIENT_SECRET, {
    authorityHost: endpoint,
    disableInstanceDiscovery: true,
  });
  return new ResourceManagementClient(credential, ARM_SUBSCRIPTION_ID, {
    endpoint,
    credentials: { scopes: [`${endpoint}/.default`] },
  });
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

/** Deletes what a stack left, with everything in it. */
export async function removeLeftovers(stack: string, report: Report): Promise<void> {
  const groups = await leftGroups(stack);
  for (const group of groups) {
    report(`deleting resource group ${group}`);
    await resourceManager().resourceGroups.beginDeleteAndWait(group);
  }
  const { PATH = "", KUBECONFIG = "" } = stackEnvironment();
  await run("kubectl", ["delete", "namespace", "--selector", `tarmac.dev/stack=${stack}`, "--wait", "--timeout=60s"], {
    env: { PATH, KUBECONFIG },
  });
}
