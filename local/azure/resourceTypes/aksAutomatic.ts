/**
 * AKS Automatic, the mode of clusters with the SKU `Automatic`: what AKS presets, and what it refuses.
 *
 * Presets: https://learn.microsoft.com/azure/aks/intro-aks-automatic#aks-automatic-and-standard-feature-comparison
 * Limits: https://learn.microsoft.com/azure/aks/automatic/aks-automatic-managed-system-node-pools-about#limitations
 * Messages: https://learn.microsoft.com/troubleshoot/azure/azure-kubernetes/create-upgrade-delete/aks-automatic-cluster-creation-errors,
 * https://github.com/Azure/azure-cli/pull/33820 (SSH keys) and the sources that docs/azure-truth.md names. For most features, the
 * names in AKS's message were never published, so this file uses AKS's names of the properties.
 */
import { automaticRegions } from "@tarmac/validate/aksRegions";
import { minorNumber } from "@tarmac/validate/aksVersions";
import { networkOfSubnet } from "@tarmac/validate/azureResourceId";
import { ArmError, badRequest } from "../armErrors.ts";
import type { Resource } from "../inventory.ts";
import { asObject, asObjects, asString, isGiven, type JsonObject } from "../jsonValues.ts";
import { refuseUnknown } from "./clusterIngress.ts";

export const isAutomatic = (sku: JsonObject | undefined): boolean => sku?.name === "Automatic";

export interface AutomaticRequest {
  apiVersion: string;
  location: string;
  /** The request's SKU. */
  sku: JsonObject;
  /** The cluster, if it exists. */
  before: Pick<Resource, "sku" | "properties"> | undefined;
  /** The request's properties. */
  asked: JsonObject;
  /** The request's `identity`. */
  identity: JsonObject | undefined;
}

const featureError = (problems: readonly string[]) =>
  new ArmError(400, "BadRequest", `${problems.join("; ")}.`, { subcode: "AKSAutomaticSKUFeatureValidationError" });

/** @throws 400 with AKS's codes and messages */
export function checkMode(request: AutomaticRequest): void {
  const { apiVersion, location, sku, before, asked } = request;
  refuseUnknown(apiVersion, { hostedSystemProfile: asked.hostedSystemProfile ?? undefined });
  if (!isAutomatic(sku)) {
    if (asObject(asked.hostedSystemProfile)?.enabled === true)
      throw badRequest("Managed system node pools are only supported on clusters with the SKU 'Automatic'.");
    return;
  }
  if (before !== undefined && !isAutomatic(before.sku))
    throw badRequest("Migration from AKS base SKU to automatic SKU isn't supported.", "sku.name");
  if (before === undefined && !automaticRegions.includes(location))
    throw badRequest("Automatic SKU is not supported in this region.", "location");
  if (isGiven(asked.linuxProfile)) {
    throw badRequest(
      "Managed cluster 'Automatic' SKU with managed system node pools enabled should not include SSH key configuration. Remove SSH key configuration and retry the request.",
    );
  }
  const problems = [
    ...(isGiven(sku.tier) && sku.tier !== "Standard"
      ? ["Managed cluster 'Automatic' SKU should use Standard tier"]
      : []),
    ...(before === undefined ? networkProblems(request) : []),
    ...differing(asked, before === undefined).map(
      (feature) => `Managed cluster 'Automatic' SKU should enable '${feature}' feature with recommended values`,
    ),
  ];
  if (problems.length > 0) throw featureError(problems);
  if (before === undefined) checkSubnets(asked);
  else refuseMove(before.properties, asked);
}

/** A cluster with node auto-provisioning cannot change its subnets and its outbound type. @throws 400 */
function refuseMove(before: JsonObject, asked: JsonObject): void {
  for (const [profile, key] of [
    ["hostedSystemProfile", "nodeSubnetID"],
    ["hostedSystemProfile", "systemNodeSubnetID"],
    ["networkProfile", "outboundType"],
  ] as const) {
    const value = asObject(asked[profile])?.[key];
    if (!isGiven(value) || value === asObject(before[profile])?.[key]) continue;
    throw new ArmError(
      400,
      "PropertyChangeNotAllowed",
      `Changing property 'properties.${profile}.${key}' is not allowed.`,
      { target: `properties.${profile}.${key}` },
    );
  }
}

const subnetsOf = (asked: JsonObject) => {
  const hosted = asObject(asked.hostedSystemProfile);
  return {
    nodes: asString(hosted?.nodeSubnetID),
    system: asString(hosted?.systemNodeSubnetID),
    apiServer: asString(asObject(asked.apiServerAccessProfile)?.subnetId),
  };
};

/** Whether AKS creates the cluster's network. */
const isManagedNetwork = (asked: JsonObject) => subnetsOf(asked).nodes === undefined;

function networkProblems({ asked, identity }: AutomaticRequest): string[] {
  const userAssigned = asString(identity?.type)?.includes("UserAssigned") === true;
  return isManagedNetwork(asked) && userAssigned
    ? ["Managed cluster 'Automatic' SKU should use SAMI when using managed vnet"]
    : [];
}

/** The features that a request sets differently from AKS's presets. */
function differing(asked: JsonObject, isNew: boolean): string[] {
  const at = (path: string) =>
    path.split(".").reduce<unknown>((value, key) => asObject(value)?.[key], asked as unknown);
  const managed = isManagedNetwork(asked);
  const preset: [feature: string, path: string, ...allowed: unknown[]][] = [
    ["ManagedSystemNodePool", "hostedSystemProfile.enabled", true],
    ["NodeProvisioning", "nodeProvisioningProfile.mode", "Auto"],
    ["UpgradeChannel", "autoUpgradeProfile.upgradeChannel", "stable"],
    ["NodeOSUpgradeChannel", "autoUpgradeProfile.nodeOSUpgradeChannel", "NodeImage"],
    ["DisableLocalAccounts", "disableLocalAccounts", true],
    ["AzureRBAC", "aadProfile.enableAzureRBAC", true],
    ["OIDCIssuer", "oidcIssuerProfile.enabled", true],
    ["WorkloadIdentity", "securityProfile.workloadIdentity.enabled", true],
    ["ImageCleaner", "securityProfile.imageCleaner.enabled", true],
    ["ImageCleaner", "securityProfile.imageCleaner.intervalHours", 168],
    ["AzurePolicy", "addonProfiles.azurepolicy.enabled", true],
    ["KEDA", "workloadAutoScalerProfile.keda.enabled", true],
    ["VerticalPodAutoscaler", "workloadAutoScalerProfile.verticalPodAutoscaler.enabled", true],
    ["NRGLockdown", "nodeResourceGroupProfile.restrictionLevel", "ReadOnly"],
    ["APIServerVnetIntegration", "apiServerAccessProfile.enableVnetIntegration", true],
    ["NetworkPlugin", "networkProfile.networkPlugin", "azure"],
    ["NetworkPluginMode", "networkProfile.networkPluginMode", "overlay"],
    ["NetworkDataplane", "networkProfile.networkDataplane", "cilium"],
    ["NetworkPolicy", "networkProfile.networkPolicy", "cilium"],
    [
      "OutboundType",
      "networkProfile.outboundType",
      ...(managed && isNew
        ? ["managedNATGateway"]
        : ["managedNATGateway", "loadBalancer", "userAssignedNATGateway", "userDefinedRouting"]),
    ],
  ];
  const wrong = preset.flatMap(([feature, path, ...allowed]) => {
    const value = at(path);
    return !isGiven(value) || allowed.includes(value) ? [] : [feature];
  });
  // AKS creates no Automatic cluster with the customer's own system pool, and no pool of another mode together with the cluster.
  const pools = isNew && asObjects(asked.agentPoolProfiles).length > 0 ? ["ManagedSystemNodePool"] : [];
  return [...new Set([...pools, ...wrong])];
}

/** @throws 400 unless the request names all three subnets of the customer's network, and they are different subnets of one network */
function checkSubnets(asked: JsonObject): void {
  const { nodes, system, apiServer } = subnetsOf(asked);
  const invalid = (message: string) =>
    new ArmError(400, "InvalidParameter", message, { target: "hostedSystemProfile" });
  if (nodes === undefined && system === undefined && apiServer === undefined) return;
  if (nodes === undefined || system === undefined || apiServer === undefined) {
    throw invalid(
      "hostedSystemProfile.systemNodeSubnetID must be provided together with hostedSystemProfile.nodeSubnetID and apiServerAccessProfile.subnetId.",
    );
  }
  if (nodes.toLowerCase() === system.toLowerCase())
    throw invalid("systemNodeByoSubnetId and nodeByoSubnetId must be different subnets");
  const networks = new Set([nodes, system, apiServer].map((id) => networkOfSubnet(id).toLowerCase()));
  if (networks.size > 1)
    throw invalid("nodeSubnetID, systemNodeSubnetID and apiServerAccessProfile.subnetId must belong to the same VNet.");
}

/** A new cluster's properties: those of the request, and AKS's presets. @param version full or minor version */
export function withPresets(asked: JsonObject, version: string): JsonObject {
  const preset: Record<string, JsonObject> = {
    hostedSystemProfile: { enabled: true },
    nodeProvisioningProfile: { mode: "Auto", defaultNodePools: "Auto" },
    autoUpgradeProfile: { upgradeChannel: "stable", nodeOSUpgradeChannel: "NodeImage" },
    aadProfile: { managed: true, enableAzureRBAC: true },
    oidcIssuerProfile: { enabled: true },
    securityProfile: { workloadIdentity: { enabled: true }, imageCleaner: { enabled: true, intervalHours: 168 } },
    addonProfiles: { azurepolicy: { enabled: true } },
    workloadAutoScalerProfile: { keda: { enabled: true }, verticalPodAutoscaler: { enabled: true } },
    nodeResourceGroupProfile: { restrictionLevel: "ReadOnly" },
    apiServerAccessProfile: { enableVnetIntegration: true },
    networkProfile: {
      ...{ networkPlugin: "azure", networkPluginMode: "overlay", networkDataplane: "cilium", networkPolicy: "cilium" },
      outboundType: isManagedNetwork(asked) ? "managedNATGateway" : "loadBalancer",
    },
    // https://learn.microsoft.com/azure/aks/intro-aks-automatic#networking: NGINX before 1.36, the Gateway API since.
    ingressProfile:
      minorNumber(version) >= 36
        ? {
            gatewayAPI: { installation: "Standard" },
            webAppRouting: { gatewayAPIImplementations: { appRoutingIstio: { mode: "Enabled" } } },
          }
        : { webAppRouting: { enabled: true } },
  };
  const merged = Object.entries(preset).map(([key, values]) => [key, { ...values, ...asObject(asked[key]) }]);
  return { disableLocalAccounts: true, ...asked, ...(Object.fromEntries(merged) as JsonObject) };
}

/** The subnets that a cluster's nodes join, in the form of pools. */
export function hostedPools(settings: JsonObject): JsonObject[] {
  const { nodes, system } = subnetsOf(settings);
  return [nodes, system].flatMap((vnetSubnetID) => (vnetSubnetID === undefined ? [] : [{ vnetSubnetID }]));
}
