/**
 * If an argument is missing, a transform on a component reaches the resources in it. The engine applies a component's
 * transforms to everything below it (`parent`). Mocks do not, so this test does.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { AppIdentity } from "../../../components/appIdentity.ts";
import { AutomaticCluster } from "../../../components/automaticCluster.ts";
import { Cluster } from "../../../components/cluster.ts";
import { ClusterAccess } from "../../../components/clusterAccess.ts";
import { ExistingCluster } from "../../../components/existingCluster.ts";
import { ExistingNetwork } from "../../../components/existingNetwork.ts";
import { ExistingRegistry } from "../../../components/existingRegistry.ts";
import { Gateway } from "../../../components/gateway.ts";
import { Identities } from "../../../components/identities.ts";
import { AppImage } from "../../../components/image.ts";
import { ManagedGatewayApi } from "../../../components/managedGatewayApi.ts";
import { Monitoring } from "../../../components/monitoring.ts";
import { AppNamespace } from "../../../components/namespace.ts";
import { Network } from "../../../components/network.ts";
import { PullAccess } from "../../../components/pullAccess.ts";
import { PullSecret } from "../../../components/pullSecret.ts";
import { Registry } from "../../../components/registry.ts";
import { KeyVault } from "../../../components/keyVault.ts";
import { KeyVaultEndpoint } from "../../../components/keyVaultEndpoint.ts";
import { RegistryEndpoint } from "../../../components/registryEndpoint.ts";
import { Workload } from "../../../components/workload.ts";
import { subscription } from "../providerAnswers.ts";
import { mockCloud, type Registered } from "../pulumiMocks.ts";

// A busy machine may take longer for a cluster than jest's own limit of five seconds.
jest.setTimeout(60_000);

const resourceGroupName = "group";
const group = `${subscription}/resourceGroups/group`;
const objectId = "0f8fad5b-d9cb-469f-a165-70867728950e";
const identity = {
  id: pulumi.output(`${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/hello`),
  objectId: pulumi.output(objectId),
  clientId: pulumi.output(objectId),
};
const registryId = `${group}/providers/Microsoft.ContainerRegistry/registries/hello`;
const networkId = `${group}/providers/Microsoft.Network/virtualNetworks/hello`;
const clusterId = `${group}/providers/Microsoft.ContainerService/managedClusters/aks`;
const kubeconfig = JSON.stringify({
  clusters: [{ name: "blue", cluster: { server: "https://blue.example" } }],
  users: [{ name: "blue", user: {} }],
  contexts: [{ name: "blue", context: { cluster: "blue", user: "blue" } }],
  "current-context": "blue",
});

type Options = pulumi.ComponentResourceOptions;
const components: [name: string, child: string, create: (opts: Options) => pulumi.ComponentResource][] = [
  [
    "AppImage",
    "docker:index/image:Image",
    (opts) => new AppImage("hello", { loginServer: "hello.azurecr.io", repository: "hello", context: "app" }, opts),
  ],
  [
    "AppIdentity",
    "azure-native:managedidentity:UserAssignedIdentity",
    (opts) =>
      new AppIdentity(
        "hello",
        { resourceGroupName, issuerUrl: "https://issuer.example.com/", namespace: "apps", serviceAccount: "hello" },
        opts,
      ),
  ],
  ["AppNamespace", "kubernetes:core/v1:Namespace", (opts) => new AppNamespace("hello", {}, opts)],
  [
    "AutomaticCluster",
    "azure-native:resources:Resource",
    (opts) => new AutomaticCluster("hello", { resourceGroupName }, opts),
  ],
  [
    "Cluster",
    "azure-native:containerservice:ManagedCluster",
    (opts) =>
      new Cluster(
        "hello",
        {
          resourceGroupName,
          controlPlane: identity,
          kubelet: identity,
          systemPool: { vmSize: "Standard_D2s_v5", count: 2 },
        },
        opts,
      ),
  ],
  [
    "ClusterAccess",
    "azure-native:authorization:RoleAssignment",
    (opts) => new ClusterAccess("hello", { resourceGroupId: group, admins: { [objectId]: "User" } }, opts),
  ],
  ["ExistingCluster", "pulumi:providers:kubernetes", (opts) => new ExistingCluster("hello", { kubeconfig }, opts)],
  [
    "ExistingRegistry",
    "pulumi:providers:azure-native",
    (opts) =>
      new ExistingRegistry("hello", { registryName: "contoso", resourceGroupName, subscriptionId: objectId }, opts),
  ],
  [
    "ExistingNetwork",
    "azure-native:authorization:RoleAssignment",
    (opts) =>
      new ExistingNetwork(
        "hello",
        { nodeSubnetId: `${networkId}/subnets/nodes`, controlPlane: identity, grantSeconds: 0 },
        opts,
      ),
  ],
  [
    "Gateway",
    "kubernetes:core/v1:Namespace",
    (opts) =>
      new Gateway(
        "hello",
        { hostname: "shop.example.com", gatewayClass: "approuting-istio", tlsSecret: "hello-tls", routesFrom: "hello" },
        opts,
      ),
  ],
  [
    "Identities",
    "azure-native:managedidentity:UserAssignedIdentity",
    (opts) => new Identities("hello", { resourceGroupName, grantSeconds: 0 }, opts),
  ],
  [
    "ManagedGatewayApi",
    "azure-native:resources:Deployment",
    (opts) =>
      new ManagedGatewayApi(
        "hello",
        { resourceGroupName, clusterName: "aks", clusterId, controlPlaneId: identity.id },
        opts,
      ),
  ],
  [
    "Monitoring",
    "azure-native:alertsmanagement:PrometheusRuleGroup",
    (opts) =>
      new Monitoring("hello", { resourceGroupName, location: "swedencentral", clusterId, prometheus: true }, opts),
  ],
  [
    "Network",
    "azure-native:network:VirtualNetwork",
    (opts) =>
      new Network(
        "hello",
        {
          resourceGroupName,
          range: "10.224.0.0/16",
          subnets: { nodes: "10.224.0.0/20", privateEndpoints: "10.224.16.0/24" },
          controlPlane: identity,
          grantSeconds: 0,
        },
        opts,
      ),
  ],
  [
    "PullAccess",
    "azure-native:authorization:RoleAssignment",
    (opts) => new PullAccess("hello", { kubeletObjectId: objectId, registries: { own: { id: registryId } } }, opts),
  ],
  [
    "PullSecret",
    "kubernetes:core/v1:Secret",
    (opts) =>
      new PullSecret(
        "hello",
        { namespace: "hello", server: "registry.example.com", username: "ci", password: "x" },
        opts,
      ),
  ],
  [
    "Registry",
    "azure-native:containerregistry/v20251101:Registry",
    (opts) => new Registry("hello", { resourceGroupName }, opts),
  ],
  [
    "RegistryEndpoint",
    "azure-native:network:PrivateEndpoint",
    (opts) =>
      new RegistryEndpoint(
        "hello",
        { resourceGroupName, registryId, networkId, subnetId: `${networkId}/subnets/private-endpoints` },
        opts,
      ),
  ],
  ["KeyVault", "azure-native:keyvault:Vault", (opts) => new KeyVault("hello", { resourceGroupName }, opts)],
  [
    "KeyVaultEndpoint",
    "azure-native:network:PrivateEndpoint",
    (opts) =>
      new KeyVaultEndpoint(
        "hello",
        { resourceGroupName, vaultId: registryId, networkId, subnetId: `${networkId}/subnets/private-endpoints` },
        opts,
      ),
  ],
  [
    "Workload",
    "kubernetes:core/v1:ServiceAccount",
    (opts) =>
      new Workload(
        "hello",
        { namespace: "hello", image: `hello.azurecr.io/hello:1.4.2@sha256:${"a".repeat(64)}` },
        opts,
      ),
  ],
];

it("every component is listed, and its docs show the transform that is tested", () => {
  const folder = join(import.meta.dirname, "../../../components");
  const shown = readdirSync(folder)
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => {
      const text = readFileSync(join(folder, file), "utf8");
      const docs = [
        ...text.matchAll(/\/\*\*(?:(?!\*\/)[^])*\*\/\s*export class (\w+) extends pulumi\.ComponentResource/g),
      ];
      return docs.map(([doc, name]) => [name, / \*\s+(?:.*\s)?type === "([^"]+)"/.exec(doc)?.[1]]);
    });
  expect(shown.toSorted()).toEqual(components.map(([name, type]) => [name, type]).toSorted());
});

/** The transforms that the engine applies to a resource: its own, and those of its parents. */
const transformsOf = (resource: Registered, all: readonly Registered[]): pulumi.ResourceTransform[] => {
  const parent = all.find(({ label }) => label === resource.parent);
  return [...resource.transforms, ...(parent === undefined ? [] : transformsOf(parent, all))];
};

test.each(components)("a transform of %s reaches %s", async (_, child, create) => {
  const cloud = await mockCloud();
  const mark: pulumi.ResourceTransform = ({ type, props, opts }) =>
    type === child ? { props: { ...props, mark: type }, opts } : undefined;
  create({ transforms: [mark] });
  const resources = await cloud.settled();
  const changed = await Promise.all(
    resources.map(async (resource) => {
      const { type, name, inputs: props } = resource;
      const [transform] = transformsOf(resource, resources);
      const result = await transform?.({ custom: true, type, name, props, opts: {} });
      return { type, reached: transform !== undefined, props: result?.props as { mark?: string } | undefined };
    }),
  );
  expect(changed.every(({ reached }) => reached)).toBe(true);
  expect(changed.find(({ type }) => type === child)?.props?.mark).toBe(child);
});
