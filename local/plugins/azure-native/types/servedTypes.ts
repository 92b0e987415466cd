/** The resource types that this adapter serves, by token. */
import { managementLock, roleAssignment, roleDefinition } from "./authorizationTypes.ts";
import { registry, registryWithRoleMode, replication } from "./containerRegistryTypes.ts";
import { agentPool, maintenanceConfiguration, managedCluster } from "./containerServiceTypes.ts";
import { key, vault } from "./keyVaultTypes.ts";
import {
  actionGroup,
  dataCollectionEndpoint,
  dataCollectionRule,
  dataCollectionRuleAssociation,
  diagnosticSetting,
  logAnalyticsWorkspace,
  monitorWorkspace,
  prometheusRuleGroup,
} from "./monitorTypes.ts";
import { federatedIdentityCredential, userAssignedIdentity } from "./managedIdentityTypes.ts";
import {
  natGateway,
  networkSecurityGroup,
  privateDnsZoneGroup,
  privateEndpoint,
  publicIpAddress,
  subnet,
  virtualNetwork,
} from "./networkTypes.ts";
import { privateZone, virtualNetworkLink } from "./privateDnsTypes.ts";
import type { ResourceType } from "./describeType.ts";
import { genericResource, resourceGroup, templateDeployment } from "./resourceGroupTypes.ts";
import { blobContainer, blobService, managementPolicy, storageAccount } from "./storageTypes.ts";

export const servedTypes: ResourceType[] = [
  resourceGroup,
  genericResource,
  templateDeployment,
  userAssignedIdentity,
  roleAssignment,
  roleDefinition,
  registry,
  registryWithRoleMode,
  replication,
  managedCluster,
  agentPool,
  maintenanceConfiguration,
  networkSecurityGroup,
  publicIpAddress,
  natGateway,
  virtualNetwork,
  subnet,
  privateEndpoint,
  privateDnsZoneGroup,
  privateZone,
  virtualNetworkLink,
  federatedIdentityCredential,
  managementLock,
  storageAccount,
  managementPolicy,
  blobService,
  blobContainer,
  vault,
  key,
  logAnalyticsWorkspace,
  monitorWorkspace,
  dataCollectionEndpoint,
  dataCollectionRule,
  dataCollectionRuleAssociation,
  diagnosticSetting,
  actionGroup,
  prometheusRuleGroup,
];

/**
 * The description of a type.
 *
 * @throws Error with the supported types, for any other token
 */
export function resourceType(token: string): ResourceType {
  const type = servedTypes.find((served) => served.token === token);
  if (type === undefined) {
    const names = servedTypes.map((served) => served.token.replace("azure-native:", "")).join(", ");
    throw new Error(
      `the local environment's azure-native adapter does not serve ${token}, only: ${names}. ` +
        "The official plugin serves every type: deploy this stack to a real subscription, or exclude the resource locally.",
    );
  }
  return type;
}
