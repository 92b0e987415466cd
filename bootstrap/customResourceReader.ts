/**
 * A custom role that reads custom resources in clusters. A stack with a Gateway has some, and no built-in role reads them
 * and nothing else: Azure Kubernetes Service RBAC Reader shows none, and the roles above it show Secrets.
 *
 * https://learn.microsoft.com/azure/aks/entra-id-authorization
 */
import * as pulumi from "@pulumi/pulumi";
import { RoleDefinition } from "@pulumi/azure-native/authorization/index.js";
import { derivedGuid } from "@tarmac/components/azure/builtInRoles";
import { customResourcesRead } from "./roleConditions.ts";

/** API groups of the custom resources that the components create: network policies of Cilium, Gateways with their routes, and classes of the driver for secrets. */
export const customResourceGroups = ["cilium.io", "gateway.networking.k8s.io", "secrets-store.csi.x-k8s.io"];

export interface CustomResourceReaderArgs {
  /** OWNER/NAME. The name of a custom role is unique in a tenant, so the repository is in it. */
  repository: string;
  /** Resource ids of the subscriptions in which the role can be assigned, the first of which holds it. They may repeat. */
  subscriptions: [pulumi.Input<string>, ...pulumi.Input<string>[]];
}

/** Creates the role. @returns its id (the GUID part), known once the role exists */
export function customResourceReader(name: string, args: CustomResourceReaderArgs): pulumi.Output<string> {
  const roleName = `tarmac custom resource reader (${args.repository})`;
  const roleDefinitionId = derivedGuid("role definition", roleName);
  const role = new RoleDefinition(name, {
    ...{ roleDefinitionId, roleName, roleType: "CustomRole" },
    scope: args.subscriptions[0],
    description: "Read custom resources in AKS clusters. Assigned with a condition that names their API groups.",
    assignableScopes: pulumi.all(args.subscriptions).apply((ids) => [...new Set(ids)].sort()),
    permissions: [{ actions: [], notActions: [], dataActions: [customResourcesRead], notDataActions: [] }],
  });
  return role.id.apply(() => roleDefinitionId);
}
