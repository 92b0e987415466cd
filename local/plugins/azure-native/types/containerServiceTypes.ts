/** Microsoft.ContainerService: managed clusters, their agent pools and maintenance windows. */
import { describeType, inResourceGroup } from "./describeType.ts";

const managedClusters = `${inResourceGroup}/Microsoft.ContainerService/managedClusters/{resourceName}`;
const clusterNameRule = {
  minLength: 1,
  maxLength: 63,
  pattern: /^[a-zA-Z0-9]$|^[a-zA-Z0-9][-_a-zA-Z0-9]{0,61}[a-zA-Z0-9]$/,
};

export const managedCluster = describeType({
  token: "azure-native:containerservice:ManagedCluster",
  path: managedClusters,
  autoName: "random",
  names: { resourceName: clusterNameRule },
  required: [
    "location",
    "addonProfiles{}.enabled",
    "agentPoolProfiles[].name",
    "linuxProfile.adminUsername",
    "linuxProfile.ssh",
    "linuxProfile.ssh.publicKeys",
    "linuxProfile.ssh.publicKeys[].keyData",
    "serviceMeshProfile.mode",
    "servicePrincipalProfile.clientId",
    "windowsProfile.adminUsername",
    "workloadAutoScalerProfile.keda.enabled",
    "workloadAutoScalerProfile.verticalPodAutoscaler.enabled",
  ],
  nestedReadOnly: [
    "addonProfiles{}.identity",
    "agentPoolProfiles[].currentOrchestratorVersion",
    "agentPoolProfiles[].eTag",
    "agentPoolProfiles[].localDNSProfile.state",
    "agentPoolProfiles[].nodeImageVersion",
    "agentPoolProfiles[].provisioningState",
    "agentPoolProfiles[].status",
    "identity.principalId",
    "identity.tenantId",
    "ingressProfile.webAppRouting.identity",
    "networkProfile.loadBalancerProfile.effectiveOutboundIPs",
    "networkProfile.natGatewayProfile.effectiveOutboundIPs",
    "oidcIssuerProfile.issuerURL",
    "podIdentityProfile.userAssignedIdentities[].provisioningInfo",
    "podIdentityProfile.userAssignedIdentities[].provisioningState",
    "privateLinkResources[].privateLinkServiceID",
  ],
  replaceOnChange: [
    "agentPoolProfiles[].windowsProfile",
    "diskEncryptionSetID",
    "dnsPrefix",
    "fqdnSubdomain",
    "linuxProfile",
    "location",
    "networkProfile.dnsServiceIP",
    "networkProfile.networkDataplane",
    "networkProfile.networkMode",
    "networkProfile.networkPlugin",
    "networkProfile.networkPluginMode",
    "networkProfile.networkPolicy",
    "networkProfile.outboundType",
    "networkProfile.podCidr",
    "networkProfile.serviceCidr",
    "networkProfile.serviceCidrs",
    "nodeResourceGroup",
    "windowsProfile",
  ],
  idSets: ["identity.userAssignedIdentities"],
});

export const agentPool = describeType({
  token: "azure-native:containerservice:AgentPool",
  path: `${managedClusters}/agentPools/{agentPoolName}`,
  autoName: "copy",
  names: {
    resourceName: clusterNameRule,
    agentPoolName: { minLength: 1, maxLength: 12, pattern: /^[a-z][a-z0-9]{0,11}$/ },
  },
  // A pool has `type` and `tags` of its own below `properties`.
  topLevel: ["name"],
  nestedReadOnly: ["localDNSProfile.state"],
  replaceOnChange: ["gpuInstanceProfile", "networkProfile.nodePublicIPTags", "vmSize"],
});

export const maintenanceConfiguration = describeType({
  token: "azure-native:containerservice:MaintenanceConfiguration",
  path: `${managedClusters}/maintenanceConfigurations/{configName}`,
  autoName: "copy",
  names: { resourceName: clusterNameRule },
  required: ["maintenanceWindow.durationHours", "maintenanceWindow.schedule", "maintenanceWindow.startTime"],
});
