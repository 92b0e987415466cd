/** The stack: one service, from its source to running pods. Each part is a component of its own in `components/`. */
import "./program/plainStacks.ts";
import * as pulumi from "@pulumi/pulumi";
import { ResourceGroup } from "@pulumi/azure-native/resources/index.js";
import { Cluster } from "./components/cluster.ts";
import { ClusterAccess } from "./components/clusterAccess.ts";
import { labelValue, resourceGroupName } from "./components/derivedNames.ts";
import { Identities } from "./components/identities.ts";
import { AppImage } from "./components/image.ts";
import { AppNamespace } from "./components/namespace.ts";
import { PullAccess } from "./components/pullAccess.ts";
import { Registry } from "./components/registry.ts";
import { signInToRegistry } from "./components/registrySignIn.ts";
import { Workload } from "./components/workload.ts";
import { readStackSettings } from "./config.ts";
import { workloadArgs } from "./settings/workload.ts";

const stack = pulumi.getStack();
const settings = readStackSettings();
const { appName, location, protect } = settings;
const tags = {
  ...settings.tags,
  ...{ app: appName, stack, "managed-by": "tarmac" },
  ...(settings.owner && { owner: settings.owner }),
};
const labels = { "app.kubernetes.io/part-of": appName, "tarmac.dev/stack": labelValue(stack) };

const group = new ResourceGroup(resourceGroupName(appName, stack), {
  location,
  tags: { ...tags, ...(settings.expires && { expires: settings.expires }) },
});
const azure = { resourceGroupName: group.name, location, tags };

const registry = new Registry(
  appName,
  { ...azure, registryName: settings.registryName, sku: settings.registrySku },
  { protect },
);
const identities = new Identities(appName, azure);

// The right to pull is there before the first node is: no pod ever meets a registry that does not know it.
const pullAccess = new PullAccess(appName, {
  kubeletObjectId: identities.kubelet.objectId,
  registries: { own: { id: registry.id } },
});
const clusterAccess = new ClusterAccess(appName, { resourceGroupId: group.id, admins: settings.clusterAdmins });

const cluster = new Cluster(
  appName,
  {
    ...azure,
    controlPlane: identities.controlPlane,
    kubelet: identities.kubelet,
    kubernetesVersion: settings.kubernetesVersion,
    tier: settings.clusterTier,
    systemPool: { vmSize: settings.nodeSize, count: settings.nodeCount, zones: settings.nodeZones },
    userPools: settings.userPools,
    localAccounts: settings.localAccounts,
    kubelogin: settings.kubelogin,
  },
  { dependsOn: [identities, pullAccess, clusterAccess], protect },
);

// Built and pushed while the cluster is being made: it needs nothing but the registry.
const image = new AppImage(appName, {
  loginServer: registry.loginServer,
  credentials: signInToRegistry(registry.loginServer),
  repository: settings.repository ?? appName,
  context: settings.context,
  dockerfile: settings.dockerfile,
  buildArgs: settings.buildArgs,
  target: settings.buildTarget,
  tag: settings.imageTag,
});

const onCluster = { provider: cluster.provider, deletedWith: cluster.managedCluster };
const namespace = new AppNamespace(settings.namespace ?? appName, { labels }, { ...onCluster, protect });
const workload = new Workload(
  appName,
  { ...workloadArgs(settings), namespace: namespace.namespaceName, image: image.reference, labels },
  { ...onCluster, dependsOn: [pullAccess] },
);

/** Where the service answers. Of a ClusterIP service that is inside the cluster: `reach` says how to get there. */
export const url = workload.address;
export const reach =
  settings.serviceType === "ClusterIP"
    ? pulumi.interpolate`kubectl --namespace ${namespace.namespaceName} port-forward service/${workload.workloadName} 8080:${settings.servicePort}`
    : pulumi.interpolate`curl ${workload.address}`;
/** What runs: registry host, repository, tag and digest. */
export const imageReference = image.reference;
export const loginServer = registry.loginServer;
export const resourceGroup = group.name;
export const clusterName = cluster.clusterName;
export const namespaceName = namespace.namespaceName;
/** Object id that the right to pull is granted to. */
export const kubeletObjectId = identities.kubelet.objectId;
export const kubeconfig = cluster.kubeconfig;
