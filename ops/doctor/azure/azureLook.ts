/**
 * Reads who may pull from the given registries: their role mode, their role assignments, and the cluster's identities.
 */
import { allows } from "./rolePermissions.ts";
import type { Azure } from "../../azure/signIn.ts";

/** A role assignment at a registry or above it. */
export interface RoleGrant {
  principalId: string;
  /** e.g. `AcrPull`. */
  role: string;
  scope: string;
  /** ISO 8601; undefined if Azure does not say. */
  createdOn?: string;
  /** Whether it allows pulls from a registry in classic mode. */
  pullsClassic: boolean;
  /** Whether it allows pulls from a registry that uses repository permissions (ABAC). */
  pullsAbac: boolean;
}

export interface RegistryAccount {
  id: string;
  name: string;
  loginServer: string;
  /** "abac" ignores AcrPull. */
  roleMode: "classic" | "abac";
  grants: RoleGrant[];
}

export interface AzureIdentity {
  objectId: string;
  clientId?: string;
}

export interface ClusterAccount {
  id: string;
  name: string;
  resourceGroup: string;
  /** The identity that the nodes pull with. */
  kubelet?: AzureIdentity;
  controlPlane?: AzureIdentity;
}

export interface AzureLook {
  subscription: string;
  /** The registries of the failing images, by login server. Registries outside the subscription are missing. */
  registries: Record<string, RegistryAccount>;
  cluster?: ClusterAccount;
}

export interface AzureQuestion {
  /** Registry hosts of the failing images. */
  loginServers: readonly string[];
  /** The cluster: by name, or by the address of its API server. */
  cluster: { name: string; resourceGroup: string } | { server: string };
}

/** @throws Error if Azure cannot be reached, or denies this identity the reads */
export async function lookAtAzure(azure: Azure, question: AzureQuestion): Promise<AzureLook> {
  const [registries, cluster] = await Promise.all([
    lookAtRegistries(azure, question.loginServers),
    lookAtCluster(azure, question.cluster),
  ]);
  return { subscription: azure.subscription, registries, ...(cluster === undefined ? {} : { cluster }) };
}

const clientOptions = ({ endpoint, scopes }: Azure) => ({
  endpoint,
  credentials: { scopes },
  // Do not wait longer: the report names what could not be read.
  retryOptions: { maxRetries: 1, retryDelayInMs: 200 },
});

async function lookAtRegistries(
  azure: Azure,
  loginServers: readonly string[],
): Promise<Record<string, RegistryAccount>> {
  const { ContainerRegistryManagementClient } = await import("@azure/arm-containerregistry");
  const client = new ContainerRegistryManagementClient(azure.credential, azure.subscription, clientOptions(azure));
  const found: Record<string, RegistryAccount> = {};
  for await (const { id = "", name = "", loginServer = "", roleAssignmentMode } of client.registries.list()) {
    if (!loginServers.includes(loginServer)) continue;
    found[loginServer] = {
      id,
      name,
      loginServer,
      roleMode: roleAssignmentMode === "AbacRepositoryPermissions" ? "abac" : "classic",
      grants: await grantsAt(azure, id),
    };
  }
  return found;
}

async function grantsAt(azure: Azure, scope: string): Promise<RoleGrant[]> {
  const { AuthorizationManagementClient } = await import("@azure/arm-authorization");
  const client = new AuthorizationManagementClient(azure.credential, azure.subscription, clientOptions(azure));
  const assignments = [];
  // atScope(): the scope itself and its parents, without its children.
  for await (const assignment of client.roleAssignments.listForScope(scope, { filter: "atScope()" })) {
    assignments.push(assignment);
  }
  const ids = [...new Set(assignments.map(({ roleDefinitionId = "" }) => roleDefinitionId))];
  const roles = new Map(
    await Promise.all(ids.map(async (id) => [id, await client.roleDefinitions.getById(id)] as const)),
  );
  return assignments.map(({ principalId = "", roleDefinitionId = "", scope: at = "", createdOn }) => {
    const role = roles.get(roleDefinitionId);
    const permissions = role?.permissions ?? [];
    return {
      principalId,
      role: role?.roleName ?? roleDefinitionId,
      scope: at,
      pullsClassic: allows(permissions, "Microsoft.ContainerRegistry/registries/pull/read", "action"),
      pullsAbac: allows(permissions, "Microsoft.ContainerRegistry/registries/repositories/content/read", "dataAction"),
      ...(createdOn === undefined ? {} : { createdOn: new Date(createdOn).toISOString() }),
    };
  });
}

async function lookAtCluster(azure: Azure, wanted: AzureQuestion["cluster"]): Promise<ClusterAccount | undefined> {
  const { ContainerServiceClient } = await import("@azure/arm-containerservice");
  const client = new ContainerServiceClient(azure.credential, azure.subscription, clientOptions(azure));
  const find = async () => {
    if ("name" in wanted) return client.managedClusters.get(wanted.resourceGroup, wanted.name);
    const host = new URL(wanted.server).hostname;
    for await (const cluster of client.managedClusters.list()) {
      if ([cluster.fqdn, cluster.privateFqdn].includes(host)) return cluster;
    }
    return undefined;
  };
  const cluster = await find();
  if (cluster?.id === undefined) return undefined;
  const kubelet = cluster.identityProfile?.kubeletidentity;
  const [assigned] = Object.values(cluster.identity?.userAssignedIdentities ?? {});
  const controlPlane = {
    objectId: assigned?.principalId ?? cluster.identity?.principalId,
    clientId: assigned?.clientId,
  };
  return {
    id: cluster.id,
    name: cluster.name ?? "",
    resourceGroup: /\/resourceGroups\/([^/]+)/i.exec(cluster.id)?.[1] ?? "",
    ...(kubelet?.objectId === undefined ? {} : { kubelet: identity(kubelet.objectId, kubelet.clientId) }),
    ...(controlPlane.objectId === undefined
      ? {}
      : { controlPlane: identity(controlPlane.objectId, controlPlane.clientId) }),
  };
}

const identity = (objectId: string, clientId: string | undefined) => ({
  objectId,
  ...(clientId === undefined ? {} : { clientId }),
});
