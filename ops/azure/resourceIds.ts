/**
 * The Azure resource id of a resource of Pulumi's Azure provider. The id follows from the inputs: the provider fills in
 * generated names before it creates anything.
 *
 * Paths: https://www.pulumi.com/registry/packages/azure-native/api-docs/ (section Import of each type)
 */
import { plainType } from "../pulumi/urn.ts";

const group = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}";
const clusters = `${group}/providers/Microsoft.ContainerService/managedClusters/{resourceName}`;
const registries = `${group}/providers/Microsoft.ContainerRegistry/registries/{registryName}`;
const identities = `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}`;
const network = `${group}/providers/Microsoft.Network`;
const networks = `${network}/virtualNetworks/{virtualNetworkName}`;
const endpoints = `${network}/privateEndpoints/{privateEndpointName}`;
const zones = `${network}/privateDnsZones/{privateZoneName}`;
const vaults = `${group}/providers/Microsoft.KeyVault/vaults/{vaultName}`;
const accounts = `${group}/providers/Microsoft.Storage/storageAccounts/{accountName}`;
const insights = `${group}/providers/Microsoft.Insights`;

/** By type, without the provider's prefix. A name in braces is an input. */
export const idTemplates: Readonly<Record<string, string>> = {
  "alertsmanagement:PrometheusRuleGroup": `${group}/providers/Microsoft.AlertsManagement/prometheusRuleGroups/{ruleGroupName}`,
  "authorization:ManagementLockByScope": "/{scope}/providers/Microsoft.Authorization/locks/{lockName}",
  "authorization:RoleAssignment": "/{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
  "authorization:RoleDefinition": "/{scope}/providers/Microsoft.Authorization/roleDefinitions/{roleDefinitionId}",
  "containerregistry:Registry": registries,
  "containerregistry:Replication": `${registries}/replications/{replicationName}`,
  "containerservice:AgentPool": `${clusters}/agentPools/{agentPoolName}`,
  "containerservice:MaintenanceConfiguration": `${clusters}/maintenanceConfigurations/{configName}`,
  "containerservice:ManagedCluster": clusters,
  "keyvault:Key": `${vaults}/keys/{keyName}`,
  "keyvault:Vault": vaults,
  "managedidentity:FederatedIdentityCredential": `${identities}/federatedIdentityCredentials/{federatedIdentityCredentialResourceName}`,
  "managedidentity:UserAssignedIdentity": identities,
  "monitor:ActionGroup": `${insights}/actionGroups/{actionGroupName}`,
  "monitor:AzureMonitorWorkspace": `${group}/providers/Microsoft.Monitor/accounts/{azureMonitorWorkspaceName}`,
  "monitor:DataCollectionEndpoint": `${insights}/dataCollectionEndpoints/{dataCollectionEndpointName}`,
  "monitor:DataCollectionRule": `${insights}/dataCollectionRules/{dataCollectionRuleName}`,
  "monitor:DataCollectionRuleAssociation":
    "/{resourceUri}/providers/Microsoft.Insights/dataCollectionRuleAssociations/{associationName}",
  "monitor:DiagnosticSetting": "/{resourceUri}/providers/Microsoft.Insights/diagnosticSettings/{name}",
  "network:NatGateway": `${network}/natGateways/{natGatewayName}`,
  "network:NetworkSecurityGroup": `${network}/networkSecurityGroups/{networkSecurityGroupName}`,
  "network:PrivateDnsZoneGroup": `${endpoints}/privateDnsZoneGroups/{privateDnsZoneGroupName}`,
  "network:PrivateEndpoint": endpoints,
  "network:PublicIPAddress": `${network}/publicIPAddresses/{publicIpAddressName}`,
  "network:Subnet": `${networks}/subnets/{subnetName}`,
  "network:VirtualNetwork": networks,
  "operationalinsights:Workspace": `${group}/providers/Microsoft.OperationalInsights/workspaces/{workspaceName}`,
  "privatedns:PrivateZone": zones,
  "privatedns:VirtualNetworkLink": `${zones}/virtualNetworkLinks/{virtualNetworkLinkName}`,
  "resources:Deployment": `${group}/providers/Microsoft.Resources/deployments/{deploymentName}`,
  "resources:Resource": `${group}/providers/{resourceProviderNamespace}/{parentResourcePath}/{resourceType}/{resourceName}`,
  "resources:ResourceGroup": group,
  "storage:BlobContainer": `${accounts}/blobServices/default/containers/{containerName}`,
  "storage:BlobServiceProperties": `${accounts}/blobServices/{blobServicesName}`,
  "storage:ManagementPolicy": `${accounts}/managementPolicies/{managementPolicyName}`,
  "storage:StorageAccount": accounts,
};

const provider = "azure-native:";

export const isAzureType = (type: string): boolean => type.startsWith(provider);

/**
 * @param subscription the provider's subscription; inputs may name another one
 * @returns `undefined` for a type without a template, or if an input is missing
 */
export function resourceIdOf(
  type: string,
  inputs: Readonly<Record<string, unknown>>,
  subscription: string,
): string | undefined {
  const template = idTemplates[plainType(type).slice(provider.length)];
  if (template === undefined) return undefined;
  const values: Record<string, unknown> = { subscriptionId: subscription, parentResourcePath: "", ...inputs };
  const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  if (names.some((name) => typeof values[name] !== "string")) return undefined;
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name])).replaceAll(/\/{2,}/g, "/");
}
