/** What a stack will need in Azure, derived from its settings alone. */
import { type DataRole, dataRoles } from "@tarmac/components/appIdentity/dataRoles";
import { roles } from "@tarmac/components/azure/builtInRoles";
import { secretsOfficer } from "@tarmac/components/keyVault";
import type { UserPoolArgs } from "@tarmac/components/cluster/nodePools";
import { clusterArgs, isAutomatic, onExistingCluster } from "@tarmac/settings/clusterSettings";
import type { Settings } from "@tarmac/settings/everySetting";
import { identityRoles, ownVaultGrants } from "@tarmac/settings/keyVaultSettings";
import { hasOwnIdentities } from "@tarmac/settings/networkSettings";
import { createsRegistry } from "@tarmac/settings/registrySettings";
import { networkOfSubnet } from "@tarmac/validate/azureResourceId";
import { nodesDuringUpgrade, systemPoolName } from "@tarmac/validate/nodePoolRules";
import { plannedContents, type PlannedContent } from "./plannedContents.ts";

export interface PlannedPool {
  name: string;
  /** The settings that determine it, for messages. */
  setting: { size: string; zones: string };
  vmSize: string;
  zones: readonly string[];
  spot: boolean;
  /** Number of nodes in the first deployment. */
  first: number;
  /** Number of nodes at the autoscaler's maximum during an upgrade with surge. */
  most: number;
}

export interface PlannedGrant {
  /** Role definition id (the GUID part). */
  role: string;
  /** The role's name in Azure. */
  name: string;
  /**
   * Resource id that the role is granted on. Undefined: a group that the stack creates, so the permission must come
   * from the subscription.
   */
  scope?: string;
}

/** Actions on a registry that exists and is not the stack's. */
export interface PlannedUse {
  /** Resource id. */
  scope: string;
  actions: readonly string[];
  /** Name of a role that has these actions and little more. */
  role: string;
}

/** A name that becomes a host name and must therefore be unique across Azure. */
export interface PlannedName {
  kind: "registry" | "storage" | "vault";
  name: string;
  /** The setting or option that defines it. */
  setting: string;
}

export interface PlannedRange {
  setting: string;
  range: string;
  /** Addresses of the network itself, or of pods and Services, which are used only inside the cluster. */
  of: "network" | "cluster";
}

export interface PlannedStack {
  stack: string;
  app: string;
  location: string;
  tier: string;
  /** Whether the stack creates a cluster. */
  ownCluster: boolean;
  /** Whether that cluster uses AKS Automatic, where AKS chooses the nodes. */
  automatic: boolean;
  /** As set: "1.36", "1.36.2", or undefined for Azure's default. */
  kubernetesVersion?: string;
  pools: PlannedPool[];
  grants: PlannedGrant[];
  /** Namespaces of the resources that the stack creates. */
  creates: string[];
  /** Namespaces that the stack's resources need although it creates none of theirs. */
  needs: string[];
  /** Actions that creating the stack requires in the subscription. */
  actions: string[];
  /** What the stack does in existing registries. */
  uses: PlannedUse[];
  names: PlannedName[];
  ranges: PlannedRange[];
  /** Resource id of the existing network that the nodes join. */
  existingNetworkId?: string;
  contents: PlannedContent[];
}

const roleNames: Record<string, string> = {
  [roles.acrPull]: "AcrPull",
  [roles.containerRegistryRepositoryReader]: "Container Registry Repository Reader",
  [roles.containerRegistryRepositoryWriter]: "Container Registry Repository Writer",
  [roles.managedIdentityOperator]: "Managed Identity Operator",
  [roles.networkContributor]: "Network Contributor",
  [roles.privateDnsZoneContributor]: "Private DNS Zone Contributor",
  [secretsOfficer]: "Key Vault Secrets Officer",
  [dataRoles["Key Vault Secrets User"].id]: "Key Vault Secrets User",
  [roles.aksRbacClusterAdmin]: "Azure Kubernetes Service RBAC Cluster Admin",
};

/** @param subscriptionId of the stack, for a registry whose settings name no other one */
export function plannedStack(stack: string, settings: Settings, subscriptionId: string): PlannedStack {
  const ownCluster = !onExistingCluster(settings);
  const automatic = isAutomatic(settings);
  const ownIdentities = hasOwnIdentities(settings);
  const ownRegistry = createsRegistry(settings);
  const resourceTypes = [
    ...(ownIdentities || settings.appIdentity ? ["Microsoft.ManagedIdentity/userAssignedIdentities"] : []),
    ...(ownCluster ? ["Microsoft.ContainerService/managedClusters"] : []),
    ...(ownRegistry ? ["Microsoft.ContainerRegistry/registries"] : []),
    ...(settings.ownNetwork ? ["Microsoft.Network/virtualNetworks"] : []),
    ...(settings.managedPrometheus
      ? ["Microsoft.Insights/dataCollectionRules", "Microsoft.AlertsManagement/prometheusRuleGroups"]
      : []),
    ...(settings.managedPrometheus && settings.monitorWorkspaceId === undefined ? ["Microsoft.Monitor/accounts"] : []),
    ...(settings.logWorkspaceId === undefined
      ? []
      : ["Microsoft.Insights/dataCollectionRules", "Microsoft.Insights/diagnosticSettings"]),
    ...(settings.ownKeyVault ? ["Microsoft.KeyVault/vaults"] : []),
    ...(settings.privateRegistry ? ["Microsoft.Network/privateEndpoints", "Microsoft.Network/privateDnsZones"] : []),
  ];
  const anything = resourceTypes.length > 0;
  return {
    stack,
    app: settings.appName,
    location: settings.location,
    tier: automatic ? "Standard" : settings.clusterTier,
    ownCluster,
    automatic,
    ...(settings.kubernetesVersion !== undefined && { kubernetesVersion: settings.kubernetesVersion }),
    pools: ownCluster && !automatic ? poolsOf(settings) : [],
    grants: grantsOf(settings, subscriptionId, { ownCluster, ownIdentities, ownRegistry }),
    creates: [...new Set(resourceTypes.map((type) => type.split("/")[0] ?? ""))],
    needs: [
      // AKS creates machines, disks and load balancers on behalf of the subscription.
      ...(ownCluster ? ["Microsoft.Compute", "Microsoft.Network"] : []),
      // AKS add-ons: https://learn.microsoft.com/azure/governance/policy/concepts/policy-for-kubernetes
      ...(settings.azurePolicy || automatic ? ["Microsoft.PolicyInsights"] : []),
      ...(settings.logWorkspaceId === undefined
        ? []
        : ["Microsoft.OperationsManagement", "Microsoft.OperationalInsights"]),
    ],
    actions: [
      ...(anything ? ["Microsoft.Resources/subscriptions/resourceGroups/write"] : []),
      ...[...new Set(resourceTypes)].map((type) => `${type}/write`),
      ...(ownIdentities ? ["Microsoft.ManagedIdentity/userAssignedIdentities/assign/action"] : []),
      ...(ownRegistry && settings.buildWith === "acr" ? buildActions : []),
    ],
    uses: usesOf(settings, subscriptionId),
    names: namesOf(settings, ownRegistry),
    ranges: ownCluster ? rangesOf(settings) : [],
    ...(settings.nodeSubnetId !== undefined && {
      existingNetworkId: settings.nodeSubnetId.replace(/\/subnets\/[^/]+$/i, ""),
    }),
    contents: plannedContents(settings, { ownCluster, ownRegistry, stack }),
  };
}

/**
 * To upload the context, start the run and follow it.
 * https://learn.microsoft.com/azure/role-based-access-control/permissions/containers#microsoftcontainerregistry
 */
const buildActions = ["listBuildSourceUploadUrl/action", "scheduleRun/action", "runs/read"].map(
  (action) => `Microsoft.ContainerRegistry/registries/${action}`,
);

function usesOf(settings: Settings, subscriptionId: string): PlannedUse[] {
  const { buildWith, importFrom } = settings;
  const existing = existingRegistryId(settings, subscriptionId);
  // https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/containers
  const importer = "Container Registry Data Importer and Data Reader";
  return [
    ...(buildWith === "acr" && existing !== undefined
      ? [{ scope: existing, actions: buildActions, role: "Container Registry Tasks Contributor" }]
      : []),
    // https://learn.microsoft.com/azure/container-registry/container-registry-import-images
    ...(importFrom !== undefined && existing !== undefined
      ? [{ scope: existing, actions: ["Microsoft.ContainerRegistry/registries/importImage/action"], role: importer }]
      : []),
    ...(importFrom === undefined
      ? []
      : [{ scope: importFrom, actions: ["Microsoft.ContainerRegistry/registries/read"], role: importer }]),
  ];
}

function existingRegistryId(settings: Settings, subscriptionId: string): string | undefined {
  const { existingRegistry, existingRegistryGroup = "", existingRegistrySubscription = subscriptionId } = settings;
  if (existingRegistry === undefined) return undefined;
  return `/subscriptions/${existingRegistrySubscription}/resourceGroups/${existingRegistryGroup}/providers/Microsoft.ContainerRegistry/registries/${existingRegistry}`;
}

function poolsOf(settings: Settings): PlannedPool[] {
  const { systemPool, userPools } = clusterArgs(settings);
  const pool = (name: string, setting: PlannedPool["setting"], args: UserPoolArgs): PlannedPool => {
    const most = args.maxCount ?? args.count ?? 0;
    return {
      name,
      setting,
      vmSize: args.vmSize,
      zones: args.zones ?? [],
      spot: args.spot === true,
      first: args.count ?? args.minCount ?? 1,
      // AKS refuses a surge for spot pools.
      most: args.spot === true ? most : nodesDuringUpgrade(most),
    };
  };
  return [
    pool(systemPoolName, { size: "nodeSize", zones: "nodeZones" }, systemPool),
    ...Object.entries(userPools).map(([name, args]) =>
      pool(name, { size: `userPools.${name}.vmSize`, zones: `userPools.${name}.zones` }, args),
    ),
  ];
}

const namesOf = ({ registryName, ownKeyVault, keyVaultName }: Settings, ownRegistry: boolean): PlannedName[] => [
  ...(ownRegistry && registryName !== undefined
    ? [{ kind: "registry" as const, name: registryName, setting: "registryName" }]
    : []),
  ...(ownKeyVault && keyVaultName !== undefined
    ? [{ kind: "vault" as const, name: keyVaultName, setting: "keyVaultName" }]
    : []),
];

interface Own {
  ownCluster: boolean;
  ownIdentities: boolean;
  ownRegistry: boolean;
}

function grantsOf(settings: Settings, subscriptionId: string, own: Own): PlannedGrant[] {
  const { ownCluster, ownIdentities, ownRegistry } = own;
  const grant = (role: string, scope?: string): PlannedGrant => ({
    role,
    name: roleNames[role] ?? role,
    ...(scope !== undefined && { scope }),
  });
  const registryId = existingRegistryId(settings, subscriptionId);
  const abac = settings.registryRoleMode === "abac";
  const pulls = ownCluster || settings.kubeletObjectId !== undefined;
  return [
    ...(ownIdentities ? [grant(roles.managedIdentityOperator)] : []),
    ...(ownCluster ? [grant(roles.aksRbacClusterAdmin)] : []),
    // Nodes get the roles for both registry modes, so that the mode can change.
    ...(pulls && ownRegistry ? [grant(roles.acrPull), grant(roles.containerRegistryRepositoryReader)] : []),
    // Which of the two roles an existing registry needs is known only once the registry is read: check both.
    ...(pulls && registryId !== undefined
      ? [grant(roles.acrPull, registryId), grant(roles.containerRegistryRepositoryReader, registryId)]
      : []),
    ...(ownRegistry && abac ? [grant(roles.containerRegistryRepositoryWriter)] : []),
    ...networkGrants(settings, grant),
    ...appGrants(settings),
    ...(ownVaultGrants(settings).length > 0 ? [grant(dataRoles["Key Vault Secrets User"].id)] : []),
    ...(settings.ownKeyVault && Object.keys(settings.keyVaultWriters).length > 0 ? [grant(secretsOfficer)] : []),
  ];
}

/** Roles of the service's own identity. */
const appGrants = (settings: Settings): PlannedGrant[] =>
  Object.entries(identityRoles(settings) ?? {}).flatMap(([name, scopes]) =>
    scopes.map((scope) => ({ role: dataRoles[name as DataRole].id, name, scope })),
  );

type Granting = (role: string, scope?: string) => PlannedGrant;

/** Roles on the network. For an existing network, the network team may grant them instead. */
function networkGrants(settings: Settings, grant: Granting): PlannedGrant[] {
  const { nodeSubnetId, apiServerSubnetId, systemNodeSubnetId, privateDnsZone, assignNetworkRoles } = settings;
  if (nodeSubnetId !== undefined && !assignNetworkRoles) return [];
  const subnets = [nodeSubnetId, apiServerSubnetId].filter((id) => id !== undefined);
  return [
    ...(settings.ownNetwork ? [grant(roles.networkContributor)] : []),
    ...subnets.map((id) => grant(roles.networkContributor, id)),
    ...(systemNodeSubnetId === undefined ? [] : [grant(roles.networkContributor, networkOfSubnet(systemNodeSubnetId))]),
    ...(privateDnsZone.startsWith("/") ? [grant(roles.privateDnsZoneContributor, privateDnsZone)] : []),
  ];
}

const rangesOf = (settings: Settings): PlannedRange[] => [
  ...(settings.ownNetwork ? [{ setting: "networkRange", range: settings.networkRange, of: "network" as const }] : []),
  { setting: "podRange", range: settings.podRange, of: "cluster" },
  { setting: "serviceRange", range: settings.serviceRange, of: "cluster" },
];
