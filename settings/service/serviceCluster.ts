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
  const endpoint = registryEndpoint(needs, network);
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
    { parent, dependsOn: [...before, ...given(access, network, endpoint)], protect: settings.protect },
  );
}

/** Creates the stack's cluster, in its network. */
function ownCluster(needs: ClusterNeeds, { controlPlane, kubelet }: Identities): Cluster {
  const { settings, azure, before, parent } = needs;
  const access = clusterAccess(needs);
  const network = clusterNetwork(needs, controlPlane);
  const endpoint = registryEndpoint(needs, network);
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
    { parent, dependsOn: [...before, ...given(access, network, endpoint)], protect: settings.protect },
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

/** Creates the registry's private address in that network, if it has one. */
function registryEndpoint(
  { settings, azure, registry, parent }: ClusterNeeds,
  network: Network | ExistingNetwork | undefined,
): RegistryEndpoint | undefined {
  return network?.privateEndpointSubnetId && registry.resourceId && settings.privateRegistry
    ? new RegistryEndpoint(
        settings.appName,
        {
          ...azure.place(),
          registryId: registry.resourceId,
          networkId: network.id,
          subnetId: network.privateEndpointSubnetId,
          dnsZone: settings.registryDnsZone,
        },
        { parent },
      )
    : undefined;
}
