/**
 * A stack's resources as Azure Policy would see them: their types, and the properties that policies usually check. Not
 * every property that the components send is included, so a policy about another one is not detected here.
 */
import { clustersWithManagedSystem } from "@tarmac/components/automaticCluster";
import { isAutomatic } from "@tarmac/settings/clusterSettings";
import type { Settings } from "@tarmac/settings/everySetting";

export interface PlannedContent {
  apiVersion: string;
  content: { type: string; location?: string; tags?: Record<string, string>; properties?: object; sku?: object };
}

/** @param own resources that the stack creates itself */
export function plannedContents(
  settings: Settings,
  { ownCluster, ownRegistry, stack }: { ownCluster: boolean; ownRegistry: boolean; stack: string },
): PlannedContent[] {
  const { location } = settings;
  const tags = {
    ...settings.tags,
    app: settings.appName,
    stack,
    "managed-by": "tarmac",
    ...(settings.owner !== undefined && { owner: settings.owner }),
  };
  const anything = ownCluster || ownRegistry || settings.ownKeyVault;
  return [
    ...(anything
      ? [
          {
            apiVersion: "2021-04-01",
            content: { type: "Microsoft.Resources/subscriptions/resourceGroups", location, tags },
          },
        ]
      : []),
    ...(ownRegistry ? [registry(settings, { location, tags })] : []),
    ...(settings.ownKeyVault ? [vault(settings, { location, tags })] : []),
    ...(ownCluster ? [(isAutomatic(settings) ? automaticCluster : cluster)(settings, { location, tags })] : []),
    ...(settings.ownNetwork ? network(settings, { location, tags }) : []),
  ];
}

type Envelope = Required<Pick<PlannedContent["content"], "location" | "tags">>;

const registry = (s: Settings, envelope: Envelope): PlannedContent => ({
  apiVersion: "2023-07-01",
  content: {
    type: "Microsoft.ContainerRegistry/registries",
    ...envelope,
    sku: { name: s.registrySku },
    properties: {
      adminUserEnabled: false,
      anonymousPullEnabled: false,
      publicNetworkAccess: s.registryPublicAccess ? "Enabled" : "Disabled",
      networkRuleSet: { defaultAction: s.registryAllowedRanges.length > 0 ? "Deny" : "Allow" },
    },
  },
});

const vault = (s: Settings, envelope: Envelope): PlannedContent => ({
  apiVersion: "2023-07-01",
  content: {
    type: "Microsoft.KeyVault/vaults",
    ...envelope,
    properties: {
      sku: { family: "A", name: "standard" },
      enableRbacAuthorization: true,
      enableSoftDelete: true,
      softDeleteRetentionInDays: s.keyVaultRetentionDays,
      ...(s.keyVaultPurgeProtection && { enablePurgeProtection: true }),
      publicNetworkAccess: s.privateRegistry && s.keyVaultAllowedRanges.length === 0 ? "Disabled" : "Enabled",
      networkAcls: {
        bypass: "None",
        defaultAction: s.privateRegistry || s.keyVaultAllowedRanges.length > 0 ? "Deny" : "Allow",
      },
    },
  },
});

const cluster = (s: Settings, envelope: Envelope): PlannedContent => ({
  apiVersion: "2025-09-01",
  content: {
    type: "Microsoft.ContainerService/managedClusters",
    ...envelope,
    sku: { name: "Base", tier: s.clusterTier },
    properties: {
      kubernetesVersion: s.kubernetesVersion,
      enableRBAC: true,
      disableLocalAccounts: !s.localAccounts,
      aadProfile: { managed: true, enableAzureRBAC: true },
      apiServerAccessProfile: { enablePrivateCluster: s.privateCluster, authorizedIPRanges: s.authorizedRanges },
      networkProfile: { networkPlugin: "azure", networkPluginMode: "overlay", networkPolicy: "cilium" },
      addonProfiles: { azurepolicy: { enabled: s.azurePolicy } },
      agentPoolProfiles: [{ name: "system", mode: "System", vmSize: s.nodeSize, availabilityZones: s.nodeZones }],
    },
  },
});

/** The presets of AKS Automatic are part of the request that policies see. */
const automaticCluster = (s: Settings, envelope: Envelope): PlannedContent => ({
  apiVersion: clustersWithManagedSystem.apiVersion,
  content: {
    type: "Microsoft.ContainerService/managedClusters",
    ...envelope,
    sku: { name: "Automatic", tier: "Standard" },
    properties: {
      disableLocalAccounts: true,
      aadProfile: { managed: true, enableAzureRBAC: true },
      apiServerAccessProfile: { enablePrivateCluster: s.privateCluster, authorizedIPRanges: s.authorizedRanges },
    },
  },
});

const network = (s: Settings, envelope: Envelope): PlannedContent[] => [
  {
    apiVersion: "2024-05-01",
    content: {
      type: "Microsoft.Network/virtualNetworks",
      ...envelope,
      properties: { addressSpace: { addressPrefixes: [s.networkRange] } },
    },
  },
  {
    apiVersion: "2024-05-01",
    content: {
      type: "Microsoft.Network/virtualNetworks/subnets",
      properties: { addressPrefix: s.nodeRange, networkSecurityGroup: { id: "made with the subnet" } },
    },
  },
];
