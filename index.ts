/** The stack: one service, from source to running pods. Each part is a component in `components/`. */
import "./program/engineGone.ts";
import "./program/plainStacks.ts";
import * as pulumi from "@pulumi/pulumi";
import { ResourceGroup } from "@pulumi/azure-native/resources/index.js";
import { AppIdentity } from "@tarmac/components/appIdentity";
import { AutomaticCluster } from "@tarmac/components/automaticCluster";
import { Cluster } from "@tarmac/components/cluster";
import { ClusterAccess } from "@tarmac/components/clusterAccess";
import { hasNodeResourceGroup, labelValue, resourceGroupName } from "@tarmac/components/azure/derivedNames";
import { ExistingCluster } from "@tarmac/components/existingCluster";
import { ExistingNetwork } from "@tarmac/components/existingNetwork";
import { Gateway } from "@tarmac/components/gateway";
import { Identities } from "@tarmac/components/identities";
import { AppImage } from "@tarmac/components/image";
import { serviceImage } from "@tarmac/components/image/serviceImage";
import { imageRegistry } from "@tarmac/components/registry/registryChoice";
import { applicationRoutingClass, ManagedGatewayApi } from "@tarmac/components/managedGatewayApi";
import { Monitoring } from "@tarmac/components/monitoring";
import { AppNamespace } from "@tarmac/components/namespace";
import { Network } from "@tarmac/components/network";
import { PullAccess } from "@tarmac/components/pullAccess";
import { PullSecret } from "@tarmac/components/pullSecret";
import { RegistryEndpoint } from "@tarmac/components/registryEndpoint";
import { Workload } from "@tarmac/components/workload";
import { readStackSettings } from "./config.ts";
import { automaticClusterArgs, clusterArgs, isAutomatic, localDnsOf } from "@tarmac/settings/clusterSettings";
import { certificateArgs, gatewayArgs, routeArgs } from "@tarmac/settings/exposureSettings";
import { existingImages, imageArgs } from "@tarmac/settings/imageSettings";
import { identityRoles, keyVaultArgs, secretsStoreArgs } from "@tarmac/settings/keyVaultSettings";
import { monitoringAddOns, monitoringArgs } from "@tarmac/settings/monitoringSettings";
import {
  clusterNetworkArgs,
  existingNetworkArgs,
  hasOwnIdentities,
  networkArgs,
} from "@tarmac/settings/networkSettings";
import { registryChoice } from "@tarmac/settings/registrySettings";
import { workloadArgs } from "@tarmac/settings/workloadSettings";

const stack = pulumi.getStack();
const settings = readStackSettings();
const { appName, location, protect, grantSeconds } = settings;
const tags = {
  ...settings.tags,
  app: appName,
  stack,
  "managed-by": "tarmac",
  ...(settings.owner && { owner: settings.owner }),
};
const labels = { "app.kubernetes.io/part-of": appName, "tarmac.dev/stack": labelValue(stack) };

/**
 * The resource group, created for the first Azure resource: a stack with an existing cluster and registry needs no
 * group.
 */
let group: ResourceGroup | undefined;
const azureGroup = () =>
  (group ??= new ResourceGroup(resourceGroupName(appName, stack), {
    location,
    tags: { ...tags, ...(settings.expires && { expires: settings.expires }) },
  }));
const deleteBeforeReplace = hasNodeResourceGroup(appName, stack, location);
const azure = () => ({ resourceGroupName: azureGroup().name, location, tags });

const repository = settings.repository ?? appName;
const registry = imageRegistry(appName, registryChoice(settings), repository, azure, { protect });
const identities = hasOwnIdentities(settings) ? new Identities(appName, { ...azure(), grantSeconds }) : undefined;

// The right to pull exists before the first node, so the registry never refuses a pod. Only an identity that AKS
// creates gets the right later, once it exists with the cluster. The pods wait for it.
const knownKubelet = identities?.kubelet.objectId ?? settings.kubeletObjectId;
const earlyPullAccess = knownKubelet === undefined ? undefined : pullAccessOf(knownKubelet);
const cluster = isAutomatic(settings)
  ? automaticCluster(identities)
  : identities
    ? ownCluster(identities)
    : new ExistingCluster(appName, { context: settings.kubeContext, kubeconfig: settings.kubeconfig });
/** Object id that gets the right to pull. */
export const kubeletObjectId = knownKubelet ?? ("kubeletObjectId" in cluster ? cluster.kubeletObjectId : undefined);
const pullAccess = earlyPullAccess ?? (kubeletObjectId === undefined ? undefined : pullAccessOf(kubeletObjectId));

const monitored = monitoringArgs(settings);
const monitoredClusterId = settings.monitoredClusterId ?? cluster.managedCluster?.id;
if (monitored && monitoredClusterId) {
  // On an existing cluster, which may have other users, their workloads do not concern this stack.
  const namespace = cluster.managedCluster ? undefined : (settings.namespace ?? appName);
  new Monitoring(appName, { ...azure(), ...monitored, clusterId: monitoredClusterId, namespace });
}

/**
 * The image to run: registry host, repository, tag and digest. It is built and pushed, or imported, while the cluster
 * is being created, because it needs only the registry.
 */
export const imageReference = serviceImage({
  existing: existingImages(settings, [appName])[appName],
  importFrom: settings.importFrom,
  imageFrom: settings.imageFrom,
  registry,
  build: () =>
    new AppImage(appName, {
      ...imageArgs(settings, registry),
      loginServer: registry.loginServer,
      credentials: registry.signIn?.("push"),
      repository,
    }).reference,
});

const onCluster = { provider: cluster.provider, deletedWith: cluster.managedCluster };
const localDns = localDnsOf(settings);
const namespace = new AppNamespace(settings.namespace ?? appName, { labels, localDns }, { ...onCluster, protect });
const pullSecret =
  registry.pullWith &&
  new PullSecret(appName, { ...registry.pullWith, namespace: namespace.namespaceName, labels }, onCluster);
const gateway = ownGateway();
const identity = ownIdentity();
const keyVault = keyVaultArgs(settings);
const workload = new Workload(
  appName,
  {
    ...workloadArgs(settings),
    route: routeArgs(settings, gateway && { namespace: gateway.namespaceName, name: gateway.gatewayName }),
    namespace: namespace.namespaceName,
    image: imageReference,
    imagePullSecrets: pullSecret && [pullSecret.secretName],
    identity,
    keyVault: keyVault && identity && { ...keyVault, tenantId: identity.tenantId },
    labels: { ...settings.labels, ...labels },
  },
  // The pods wait for the pools, whose nodes they run on.
  { ...onCluster, dependsOn: given(pullAccess, pullSecret, identity, ...cluster.pools) },
);

/** Address of the service. For a ClusterIP service it is inside the cluster: `reach` says how to get there. */
export const url = workload.address;
export const reach =
  settings.serviceType === "ClusterIP" && settings.hostname === undefined
    ? pulumi.interpolate`kubectl --namespace ${namespace.namespaceName} port-forward service/${workload.workloadName} 8080:${settings.servicePort}`
    : pulumi.interpolate`curl ${workload.address}`;
export const loginServer = registry.loginServer;
export const resourceGroup = group?.name;
export const clusterName = cluster.clusterName;
export const namespaceName = namespace.namespaceName;
export const kubeconfig = cluster.kubeconfig;
/** Object id of the service's identity, for further role assignments. */
// Null and not undefined, of which Pulumi warns in every preview.
export const appIdentityObjectId = identity?.objectId ?? null;

/**
 * Creates a Gateway for this service, if the settings ask for one. A cluster that the stack creates gets the Gateway
 * API first.
 */
function ownGateway(): Gateway | undefined {
  const args = gatewayArgs(settings);
  if (args === undefined) return undefined;
  const certificate = certificateArgs(settings);
  // An AKS Automatic cluster gets the Gateway API in its own request.
  const api =
    identities && cluster instanceof Cluster
      ? new ManagedGatewayApi(
          appName,
          {
            ...azure(),
            clusterName: cluster.clusterName,
            clusterId: cluster.managedCluster.id,
            controlPlaneId: identities.controlPlane.id,
            ...gatewayApiArgs(args.gatewayClass),
          },
          { dependsOn: cluster, deletedWith: cluster.managedCluster },
        )
      : undefined;
  const keyVaultCertificate =
    certificate && "issuerUrl" in cluster ? { ...azure(), ...certificate, issuerUrl: cluster.issuerUrl } : undefined;
  return new Gateway(
    appName,
    { ...args, keyVaultCertificate, routesFrom: namespace.namespaceName, localDns, labels },
    { ...onCluster, dependsOn: given(api) },
  );
}

/** Lets this identity pull from the stack's registry, unless pulling needs a secret. */
function pullAccessOf(objectId: pulumi.Input<string>): PullAccess | undefined {
  return (
    registry.pullSources && new PullAccess(appName, { kubeletObjectId: objectId, registries: registry.pullSources })
  );
}

/** Creates the service's identity, if the settings ask for one. */
function ownIdentity(): AppIdentity | undefined {
  const roles = identityRoles(settings);
  if (roles === undefined) return undefined;
  const issuerUrl = "issuerUrl" in cluster ? cluster.issuerUrl : (settings.oidcIssuer ?? "");
  const trusted = { namespace: namespace.namespaceName, serviceAccount: appName };
  return new AppIdentity(appName, { ...azure(), issuerUrl, ...trusted, roles });
}

/**
 * Creates or uses the cluster's network, unless AKS creates it. Deleting the resource group deletes everything in it.
 */
function clusterNetwork(controlPlane: Identities["controlPlane"]): Network | ExistingNetwork | undefined {
  const existing = existingNetworkArgs(settings);
  if (existing !== undefined) return new ExistingNetwork(appName, { ...existing, controlPlane, grantSeconds });
  return settings.ownNetwork
    ? new Network(
        appName,
        { ...azure(), ...networkArgs(settings), controlPlane, grantSeconds },
        { deletedWith: azureGroup() },
      )
    : undefined;
}

/** Creates the registry's private address in that network, if it has one. */
function registryEndpoint(network: Network | ExistingNetwork | undefined): RegistryEndpoint | undefined {
  return network?.privateEndpointSubnetId && registry.resourceId && settings.privateRegistry
    ? new RegistryEndpoint(appName, {
        ...azure(),
        registryId: registry.resourceId,
        networkId: network.id,
        subnetId: network.privateEndpointSubnetId,
        dnsZone: settings.registryDnsZone,
      })
    : undefined;
}

function clusterAccess(): ClusterAccess {
  return new ClusterAccess(appName, { resourceGroupId: azureGroup().id, admins: settings.clusterAdmins });
}

/** Creates an AKS Automatic cluster, in a network of AKS, or with the stack's identities in another network. */
function automaticCluster(own: Identities | undefined): AutomaticCluster {
  const access = clusterAccess();
  const network = own && clusterNetwork(own.controlPlane);
  const endpoint = registryEndpoint(network);
  const { apiServer, ranges, outboundType } = clusterNetworkArgs(settings);
  const { nodeSubnetId, apiServerSubnetId, systemNodeSubnetId } = network ?? {};
  const gatewayClass = gatewayArgs(settings)?.gatewayClass;
  return new AutomaticCluster(
    appName,
    {
      ...azure(),
      deleteBeforeReplace,
      ...automaticClusterArgs(settings),
      ...monitoringAddOns(settings),
      ...{ apiServer, ranges, secretsStore: secretsStoreArgs(settings) },
      ...(gatewayClass !== undefined && { gatewayApi: gatewayApiArgs(gatewayClass) }),
      ...(own &&
        nodeSubnetId &&
        apiServerSubnetId &&
        systemNodeSubnetId &&
        outboundType !== "managedNATGateway" && {
          network: { ...own, nodeSubnetId, apiServerSubnetId, systemNodeSubnetId, outboundType },
        }),
    },
    { dependsOn: given(own, earlyPullAccess, access, network, endpoint), protect: settings.protect },
  );
}

/** Returns the arguments of the cluster's Gateway API for the stack's Gateway. */
function gatewayApiArgs(gatewayClass: string) {
  return {
    applicationRouting: gatewayClass === applicationRoutingClass,
    keyVaultCertificates: certificateArgs(settings) !== undefined,
  };
}

/** Creates the stack's cluster, in its network. */
function ownCluster({ controlPlane, kubelet }: Identities): Cluster {
  const access = clusterAccess();
  const network = clusterNetwork(controlPlane);
  const endpoint = registryEndpoint(network);
  const { apiServer, ...addresses } = clusterNetworkArgs(settings);
  return new Cluster(
    appName,
    {
      ...azure(),
      deleteBeforeReplace,
      ...clusterArgs(settings),
      ...monitoringAddOns(settings),
      secretsStore: secretsStoreArgs(settings),
      controlPlane,
      kubelet,
      ...addresses,
      nodeSubnetId: network?.nodeSubnetId,
      apiServer: { ...apiServer, subnetId: network?.apiServerSubnetId },
    },
    { dependsOn: given(identities, earlyPullAccess, access, network, endpoint), protect },
  );
}

function given(...resources: (pulumi.Resource | undefined)[]): pulumi.Resource[] {
  return resources.filter((resource) => resource !== undefined);
}
