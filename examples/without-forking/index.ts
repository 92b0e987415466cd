/** A service on AKS, built with tarmac's packages in a project that is not a fork: docs/without-forking.md. */
import { ResourceGroup } from "@pulumi/azure-native/resources/index.js";
import { Cluster } from "@tarmac/components/cluster";
import { ClusterAccess } from "@tarmac/components/clusterAccess";
import { Identities } from "@tarmac/components/identities";
import { AppImage } from "@tarmac/components/image";
import { AppNamespace } from "@tarmac/components/namespace";
import { PullAccess } from "@tarmac/components/pullAccess";
import { Registry } from "@tarmac/components/registry";
import { signInToRegistry } from "@tarmac/components/registry/registrySignIn";
import { Workload } from "@tarmac/components/workload";
import { clusterArgs } from "@tarmac/settings/clusterSettings";
import { imageArgs } from "@tarmac/settings/imageSettings";
import { stackSource } from "@tarmac/settings/readDeclared";
import { readSettings } from "@tarmac/settings/readSettings";
import { workloadArgs } from "@tarmac/settings/workloadSettings";

const { stack, values, isEncrypted, project } = stackSource();
const settings = readSettings(stack, values, isEncrypted, project);
const { appName: name, location } = settings;

const group = new ResourceGroup(name, { location });
const azure = { resourceGroupName: group.name, location };
const registry = new Registry(name, azure);
const identities = new Identities(name, { ...azure, grantSeconds: settings.grantSeconds });
const { controlPlane, kubelet } = identities;
const registries = { own: { id: registry.id } };
const pullAccess = new PullAccess(name, { kubeletObjectId: kubelet.objectId, registries });
const access = new ClusterAccess(name, { resourceGroupId: group.id, admins: settings.clusterAdmins });
const cluster = new Cluster(
  name,
  { ...azure, ...clusterArgs(settings), controlPlane, kubelet },
  { dependsOn: [identities, pullAccess, access] },
);
const credentials = signInToRegistry(registry.loginServer, { repository: name });
const build = {
  ...imageArgs(settings, { resourceId: registry.id }),
  loginServer: registry.loginServer,
  credentials,
  repository: name,
};
const image = new AppImage(name, build).reference;
const onCluster = { provider: cluster.provider, deletedWith: cluster.managedCluster };
const namespace = new AppNamespace(name, {}, onCluster).namespaceName;
const service = { ...workloadArgs(settings), namespace, image };
export const url = new Workload(name, service, { ...onCluster, dependsOn: pullAccess }).address;
