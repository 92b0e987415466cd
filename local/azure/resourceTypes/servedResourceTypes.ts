/** All resource types that are served. Write a new one in its own file and add it here. */
import { ArmError } from "../armErrors.ts";
import { agentPool } from "./agentPool.ts";
import { actionGroup, prometheusRuleGroup } from "./alerts.ts";
import { dataCollectionEndpoint, dataCollectionRule, dataCollectionRuleAssociation } from "./dataCollection.ts";
import { diagnosticSetting } from "./diagnosticSetting.ts";
import { federatedIdentityCredential } from "./federatedIdentityCredential.ts";
import { key, vault } from "./simulatedVault.ts";
import { logAnalyticsWorkspace } from "./logAnalyticsWorkspace.ts";
import { managementLock } from "./managementLock.ts";
import { maintenanceConfiguration } from "./maintenanceConfiguration.ts";
import { managedCluster } from "./managedCluster.ts";
import { natGateway, publicIpAddress } from "./natGateway.ts";
import { networkSecurityGroup } from "./networkSecurityGroup.ts";
import { monitorWorkspace } from "./monitorWorkspace.ts";
import { privateDnsZone, virtualNetworkLink } from "./privateDnsZone.ts";
import { privateDnsZoneGroup, privateEndpoint } from "./privateEndpoint.ts";
import { registry } from "./containerRegistry.ts";
import { registryRun } from "./registryRun.ts";
import { replication } from "./replication.ts";
import { resourceGroup } from "./resourceGroup.ts";
import type { ResourceType } from "./resourceType.ts";
import { routeTable } from "./routeTable.ts";
import { roleAssignment } from "./roleAssignment.ts";
import { roleDefinition } from "./roleDefinition.ts";
import { blobContainer, blobService, managementPolicy, storageAccount } from "./storageAccount.ts";
import { templateDeployment } from "./templateDeployment.ts";
import { userAssignedIdentity } from "./userAssignedIdentity.ts";
import { subnet, virtualNetwork } from "./virtualNetwork.ts";

export const resourceTypes: readonly ResourceType[] = [
  resourceGroup,
  templateDeployment,
  userAssignedIdentity,
  roleAssignment,
  roleDefinition,
  registry,
  replication,
  registryRun,
  managedCluster,
  agentPool,
  maintenanceConfiguration,
  networkSecurityGroup,
  routeTable,
  publicIpAddress,
  natGateway,
  virtualNetwork,
  subnet,
  privateEndpoint,
  privateDnsZoneGroup,
  privateDnsZone,
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

/** Namespaces that are registered although none of their types is served: in Azure, AKS needs them. */
const otherNamespaces = [
  ...["Microsoft.Compute", "Microsoft.Network", "Microsoft.OperationsManagement"],
  ...["Microsoft.PolicyInsights", "Microsoft.Quota"],
];

export const namespaces: readonly string[] = [
  ...new Set([...resourceTypes.map(({ type }) => type.split("/")[0] ?? ""), ...otherNamespaces]),
];

/** The type with this full name, in any case. */
export function findType(fullName: string): ResourceType | undefined {
  return resourceTypes.find(({ type }) => type.toLowerCase() === fullName.toLowerCase());
}

/** @throws ARM's errors for an unknown namespace or type */
export function requireType(namespace: string, types: string[], apiVersion: string): ResourceType {
  const known = namespaces.find((candidate) => candidate.toLowerCase() === namespace.toLowerCase());
  if (known === undefined) {
    throw new ArmError(404, "InvalidResourceNamespace", `The resource namespace '${namespace}' is invalid.`);
  }
  const found = findType(`${known}/${types.join("/")}`);
  if (found !== undefined) return found;
  const supported = [
    ...new Set(resourceTypes.filter(({ type }) => type.startsWith(`${known}/`)).flatMap((type) => type.apiVersions)),
  ];
  throw new ArmError(
    404,
    "InvalidResourceType",
    `The resource type '${types.join("/")}' could not be found in the namespace '${known}' for api version '${apiVersion}'. ` +
      `The supported api-versions are '${supported.sort().join(",")}'.`,
  );
}
