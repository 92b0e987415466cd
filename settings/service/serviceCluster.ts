/** The cluster of a service and its network: a new cluster of either kind, or an existing one. */
import * as pulumi from "@pulumi/pulumi";
import { AutomaticCluster } from "@tarmac/components/automaticCluster";
import type { AzurePlaces } from "@tarmac/components/azure/azurePlace";
import { hasNodeResourceGroup } from "@tarmac/components/azure/derivedNames";
import { Cluster } from "@tarmac/components/cluster";
import { ClusterAccess } from "@tarmac/components/clusterAccess";
import { ExistingCluster } from "@tarmac/components/existingCluster";
import { ExistingNetwork } from "@tarmac/components/existingNetwork";
import type { Identities } from "@tarmac/components/identities";
import type { KeyVault } from "@tarmac/components/keyVault";
import { KeyVaultEndpoint } from "@tarmac/components/keyVaultEndpoint";
import { Network } from "@tarmac/components/network";
import type { ImageRegistry } from "@tarmac/components/registry/registryChoice";
import { RegistryEndpoint } from "@tarmac/components/registryEndpoint";
import { automaticClusterArgs, clusterArgs, isAutomatic } from "../clusterSettings.ts";
import { gatewayArgs } from "../exposureSettings.ts";
import { secretsStoreArgs } from "../keyVaultSettings.ts";
import { monitoringAddOns } from "../monitoringSettings.ts";
import { clusterNetworkArgs, existingNetworkArgs, networkArgs } from "../networkSettings.ts";
import { given } from "./givenResources.ts";
import { gatewayApiArgs } from "./serviceGateway.ts";
import type { ServiceSettings } from "./serviceSettings.ts";

export interface ClusterNeeds {
  settings: ServiceSettings;
  azure: AzurePlaces;
  registry: ImageRegistry;
  /** The service's own vault. @default none */
  ownVault: KeyVault | undefined;
  /** Identities of the stack. @default AKS creates them, or the cluster exists */
  identities: Identities | undefined;
  /** Resources that must exist before the first node. */
  before: pulumi.Resource[];
  /** The component that the cluster belongs to. @default none: it is at the top of the stack */
  parent: pulumi.Resource | undefined;
}

/** Creates the cluster that the settings ask for, or selects the existing one. */
export function serviceCluster(needs: ClusterNeeds): AutomaticCluster | Cluster | ExistingCluster {
  const { settings, identities, parent } = needs;
  if (isAutomatic(settings)) return automaticCluster(needs);
  if (identities !== undefined) return ownCluster(needs, identities);
  const { appName, kubeContext: context, kubeconfig } = settings;
  return new ExistingCluster(appName, { context, kubeconfig }, { parent });
}

/** Creates an AKS Automatic cluster, in a network of AKS, or with the stack's identities in another network. */
function automaticCluster(needs: ClusterNeeds): AutomaticCluster {
  const { settings, azure, identities, before, parent } = needs;
  const access = clusterAccess(needs);
  const network = identities && clusterNetwork(needs, identities.controlPlane);
  const endpoints = privateEndpoints(needs, network);
  const { apiServer, ranges, outboundType } = clusterNetworkArgs(settings);
  const { nodeSubnetId, apiServerSubnetId, systemNodeSubnetId } = network ?? {};
  const gatewayClass = gatewayArgs(settings)?.gatewayClass;
  return new AutomaticCluster(
    settings.appName,
    {
      ...azure.place(),
      ...replacement(settings),
      ...automaticClusterArgs(settings),
      ...monitoringAddOns(settings),
      ...{ apiServer, ranges, secretsStore: secretsStoreArgs(settings) },
      ...(gatewayClass !== undefined && { gatewayApi: gatewayApiArgs(settings, gatewayClass) }),
      ...(identities &&
        nodeSubnetId &&
        apiServerSubnetId &&
        systemNodeSubnetId &&
        outboundType !== "managedNATGateway" && {
          network: { ...identities, nodeSubnetId, apiServerSubnetId, systemNodeSubnetId, outboundType },
        }),
    },
    { parent, dependsOn: [...before, ...given(access, network), ...endpoints], protect: settings.protect },
  );
}

/** Creates the stack's cluster, in its network. */
function ownCluster(needs: ClusterNeeds, { controlPlane, kubelet }: Identities): Cluster {
  const { settings, azure, before, parent } = needs;
  const access = clusterAccess(needs);
  const network = clusterNetwork(needs, controlPlane);
  const endpoints = privateEndpoints(needs, network);
  const { apiServer, ...addresses } = clusterNetworkArgs(settings);
  return new Cluster(
    settings.appName,
    {
      ...azure.place(),
      ...replacement(settings),
      ...clusterArgs(settings),
      ...monitoringAddOns(settings),
      secretsStore: secretsStoreArgs(settings),
      controlPlane,
      kubelet,
      ...addresses,
      nodeSubnetId: network?.nodeSubnetId,
      apiServer: { ...apiServer, subnetId: network?.apiServerSubnetId },
    },
    { parent, dependsOn: [...before, ...given(access, network), ...endpoints], protect: settings.protect },
  );
}

const replacement = ({ appName, location }: ServiceSettings) => ({
  deleteBeforeReplace: hasNodeResourceGroup(appName, pulumi.getStack(), location),
});

const clusterAccess = ({ settings, azure, parent }: ClusterNeeds) =>
  new ClusterAccess(
    settings.appName,
    { resourceGroupId: azure.group().id, admins: settings.clusterAdmins },
    { parent },
  );

/**
 * Creates or uses the cluster's network, unless AKS creates it. Deleting the resource group deletes everything in it.
 */
function clusterNetwork(
  { settings, azure, parent }: ClusterNeeds,
  controlPlane: Identities["controlPlane"],
): Network | ExistingNetwork | undefined {
  const { appName, grantSeconds } = settings;
  const existing = existingNetworkArgs(settings);
  if (existing !== undefined)
    return new ExistingNetwork(appName, { ...existing, controlPlane, grantSeconds }, { parent });
  return settings.ownNetwork
    ? new Network(
        appName,
        { ...azure.place(), ...networkArgs(settings), controlPlane, grantSeconds },
        { parent, deletedWith: azure.group() },
      )
    : undefined;
}

/** Creates the private addresses of the registry and of the vault in that network, if they have any. */
function privateEndpoints(
  { settings, azure, registry, ownVault, parent }: ClusterNeeds,
  network: Network | ExistingNetwork | undefined,
): pulumi.Resource[] {
  const { appName, privateRegistry, registryDnsZone, keyVaultDnsZone } = settings;
  const { id: networkId, privateEndpointSubnetId: subnetId } = network ?? {};
  if (!networkId || !subnetId || !privateRegistry) return [];
  const { resourceId: registryId } = registry;
  const place = { ...azure.place(), networkId, subnetId };
  return given(
    registryId && new RegistryEndpoint(appName, { ...place, registryId, dnsZone: registryDnsZone }, { parent }),
    ownVault && new KeyVaultEndpoint(appName, { ...place, vaultId: ownVault.id, dnsZone: keyVaultDnsZone }, { parent }),
  );
}
