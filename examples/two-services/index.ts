/**
 * Two services of one application: "web" for everyone, and "api" for web only. Each takes a few lines. They share a
 * registry, a cluster and a namespace. The stack's settings (docs/settings.md, under `two-services:`) apply to both
 * services unless a service overrides them.
 */
import * as pulumi from "@pulumi/pulumi";
import { ResourceGroup } from "@pulumi/azure-native/resources/index.js";
import { Cluster } from "@tarmac/components/cluster";
import { ClusterAccess } from "@tarmac/components/clusterAccess";
import { labelValue, resourceGroupName } from "@tarmac/components/azure/derivedNames";
import { Identities } from "@tarmac/components/identities";
import { AppImage } from "@tarmac/components/image";
import { serviceImage } from "@tarmac/components/image/serviceImage";
import { AppNamespace } from "@tarmac/components/namespace";
import { PullAccess } from "@tarmac/components/pullAccess";
import { Registry } from "@tarmac/components/registry";
import { signInToRegistry } from "@tarmac/components/registry/registrySignIn";
import { Workload } from "@tarmac/components/workload";
import type { WorkloadArgs } from "@tarmac/components/workload/workloadArgs";
import { readStackSettings } from "../../config.ts";
import { clusterArgs } from "@tarmac/settings/clusterSettings";
import { existingImages, imageArgs } from "@tarmac/settings/imageSettings";
import { workloadArgs } from "@tarmac/settings/workloadSettings";

const settings = readStackSettings();
const { appName, location } = settings;
const stack = pulumi.getStack();
// Users and commands (the doctor, the search for leftovers) use these tags to find the owner of a resource.
const tags = { app: appName, stack, "managed-by": "tarmac" };
const labels = { "app.kubernetes.io/part-of": appName, "tarmac.dev/stack": labelValue(stack) };

const group = new ResourceGroup(resourceGroupName(appName, stack), { location, tags });
const azure = { resourceGroupName: group.name, location, tags };
const registry = new Registry(appName, azure);
const identities = new Identities(appName, { ...azure, grantSeconds: settings.grantSeconds });
const pullAccess = new PullAccess(appName, {
  kubeletObjectId: identities.kubelet.objectId,
  registries: { own: { id: registry.id } },
});
const access = new ClusterAccess(appName, { resourceGroupId: group.id, admins: settings.clusterAdmins });
const { controlPlane, kubelet } = identities;
const cluster = new Cluster(
  appName,
  { ...azure, ...clusterArgs(settings), controlPlane, kubelet },
  { dependsOn: [identities, pullAccess, access] },
);
const onCluster = { provider: cluster.provider, deletedWith: cluster.managedCluster };
const namespace = new AppNamespace(appName, { labels }, onCluster);

// `tarmac deploy --rollback` uses these to return one service to an earlier image, without changing the other.
const existing = existingImages(settings, ["api", "web"]);

/** Creates a service: its image from its own folder, and its differences from the other service. */
function service(name: keyof typeof existing, context: string, args: Partial<WorkloadArgs>): Workload {
  const repository = `${appName}/${name}`;
  const { loginServer, id: resourceId } = registry;
  const { importFrom, imageFrom } = settings;
  const image = serviceImage({
    ...{ existing: existing[name], importFrom, imageFrom },
    registry: { loginServer, resourceId, signIn: () => signInToRegistry(loginServer) },
    build: () => {
      const credentials = signInToRegistry(loginServer, { repository });
      return new AppImage(name, {
        ...imageArgs(settings, { resourceId }),
        context,
        loginServer,
        credentials,
        repository,
      }).reference;
    },
  });
  return new Workload(
    name,
    { ...workloadArgs(settings), labels, namespace: namespace.namespaceName, image, ...args },
    { ...onCluster, dependsOn: [pullAccess] },
  );
}

// This example uses the sample service twice. Use two folders for your own services.
const api = service("api", settings.context, { serviceType: "ClusterIP", replicas: 1, ingressFrom: [appName] });
const web = service("web", settings.context, {
  environment: { API_URL: pulumi.interpolate`http://${api.address}` },
  egressTo: [appName],
});

export const url = web.address;
export const apiAddress = api.address;
// The commands use these outputs to find the stack.
export const namespaceName = namespace.namespaceName;
export const resourceGroup = group.name;
export const clusterName = cluster.clusterName;
export const kubeconfig = cluster.kubeconfig;
