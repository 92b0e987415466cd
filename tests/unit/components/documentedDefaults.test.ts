/**
 * Checks every `@default` with a literal value: a component that gets the value registers the same resources as one that does
 * not. A new literal default fails here until a component for it is added below.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { Provider } from "@pulumi/kubernetes/provider.js";
import ts from "typescript";
import { defaultGrantSeconds } from "../../../components/azure/freshGrants.ts";
import { AutomaticCluster } from "../../../components/automaticCluster.ts";
import { Cluster } from "../../../components/cluster.ts";
import { ExistingNetwork } from "../../../components/existingNetwork.ts";
import { Gateway } from "../../../components/gateway.ts";
import { AppImage } from "../../../components/image.ts";
import { ManagedGatewayApi } from "../../../components/managedGatewayApi.ts";
import { Monitoring } from "../../../components/monitoring.ts";
import { AppNamespace } from "../../../components/namespace.ts";
import { Network } from "../../../components/network.ts";
import { PullAccess } from "../../../components/pullAccess.ts";
import { Registry } from "../../../components/registry.ts";
import { KeyVault } from "../../../components/keyVault.ts";
import { KeyVaultEndpoint } from "../../../components/keyVaultEndpoint.ts";
import { RegistryEndpoint } from "../../../components/registryEndpoint.ts";
import { Workload } from "../../../components/workload.ts";
import { digest, guid, subscription } from "../providerAnswers.ts";
import { mockCloud } from "../pulumiMocks.ts";

// A busy machine may take longer for a cluster than jest's own limit of five seconds.
jest.setTimeout(60_000);

const folder = join(import.meta.dirname, "../../../components");

interface Documented {
  /** The interface of the argument, e.g. "ClusterArgs". */
  args: string;
  property: string;
  value: unknown;
}

/** Arguments with a default that is a value, e.g. `true`, `90`, `"Free"` or `{ memory: "128Mi" }`, and nothing after it. */
function documentedDefaults(file: string): Documented[] {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  const found: Documented[] = [];
  const visit = (node: ts.Node, args: string) => {
    const owner = ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) ? node.name.text : args;
    if (ts.isPropertySignature(node))
      for (const tag of ts.getJSDocTags(node)) {
        if (tag.tagName.text !== "default") continue;
        const value = literal(ts.getTextOfJSDocComment(tag.comment) ?? "");
        if (value !== undefined) found.push({ args: owner, property: node.name.getText(), value });
      }
    ts.forEachChild(node, (child) => visit(child, owner));
  };
  visit(source, "");
  return found;
}

function literal(text: string): unknown {
  // "NAME-tls" follows the component's name. Objects are written as in TypeScript, and JSON wants quotes around their keys.
  const json = text.startsWith("{") ? text.replaceAll(/([{,]\s*)(\w+):/g, '$1"$2":') : text;
  try {
    return JSON.parse(json.trim().replaceAll("NAME", "hello"));
  } catch {
    return undefined;
  }
}

const documented = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !file.includes("node_modules"))
  .flatMap((file) => documentedDefaults(join(folder, file)));

const group = { resourceGroupName: "group" };
const providers = `${subscription}/resourceGroups/group/providers`;
const networkId = `${providers}/Microsoft.Network/virtualNetworks/hello`;
const registryId = `${providers}/Microsoft.ContainerRegistry/registries/hello`;
const clusterId = `${providers}/Microsoft.ContainerService/managedClusters/aks`;
const identity = {
  id: pulumi.output(`${providers}/Microsoft.ManagedIdentity/userAssignedIdentities/hello`),
  objectId: pulumi.output(guid("object")),
  clientId: pulumi.output(guid("client")),
};
const controlPlane = identity;

type Given = Record<string, unknown>;
const cluster = (more: Given) =>
  new Cluster("hello", {
    ...{ ...group, controlPlane, kubelet: identity, systemPool: { vmSize: "Standard_D4s_v5", count: 2 } },
    ...more,
  });
const workload = (more: Given) =>
  new Workload("hello", { namespace: "apps", image: `hello.azurecr.io/hello:1.4.2@${digest}`, ...more });
const gateway = (more: Given) =>
  new Gateway(
    "hello",
    {
      ...{
        hostname: "hello.example.com",
        gatewayClass: "approuting-istio",
        routesFrom: "apps",
        tlsSecret: "tls",
        ...more,
      },
    },
    { provider: new Provider("cluster", { kubeconfig: "x" }) },
  );

/** Creates the component that the argument belongs to, with or without the argument itself. */
const create: Record<string, (given: Given, property: string) => unknown> = {
  ApiServerArgs: (given, property) =>
    cluster({ apiServer: { ...(property !== "privateCluster" && { privateCluster: true }), ...given } }),
  AppImageArgs: (given) =>
    new AppImage("hello", {
      loginServer: "hello.azurecr.io",
      repository: "hello",
      context: join(folder, "../app"),
      ...given,
    }),
  AppNamespaceArgs: (given) => new AppNamespace("hello", given),
  AutomaticClusterArgs: (given) => new AutomaticCluster("hello", { ...group, ...given }),
  AutomaticNetworkArgs: (given) =>
    new AutomaticCluster("hello", {
      ...group,
      network: {
        ...{ nodeSubnetId: `${networkId}/subnets/nodes`, systemNodeSubnetId: `${networkId}/subnets/system` },
        ...{ apiServerSubnetId: `${networkId}/subnets/api`, controlPlane, kubelet: identity, ...given },
      },
    }),
  Autoscale: (given) => workload({ autoscale: { min: 3, max: 9, ...given } }),
  ClusterArgs: cluster,
  ClusterRangeArgs: (given) => cluster({ ranges: given }),
  SecretsStoreArgs: (given) => cluster({ secretsStore: given }),
  ExistingNetworkArgs: (given) =>
    new ExistingNetwork("hello", { nodeSubnetId: `${networkId}/subnets/nodes`, controlPlane, ...given }),
  GatewayAddress: (given) => gateway({ addresses: [{ value: "203.0.113.7", ...given }] }),
  // Without its own Secret, a Gateway needs an issuer for the certificate.
  GatewayArgs: (given, property) =>
    gateway({ ...(property === "tlsSecret" && { tlsSecret: undefined, certificateIssuer: "letsencrypt" }), ...given }),
  KeyVaultArgs: (given) => new KeyVault("hello", { ...group, ...given }),
  KeyVaultEndpointArgs: (given) =>
    new KeyVaultEndpoint("hello", {
      ...{ ...group, vaultId: `${providers}/Microsoft.KeyVault/vaults/hello`, networkId },
      ...{ subnetId: `${networkId}/subnets/nodes`, ...given },
    }),
  KeyVaultCertificateArgs: (given) =>
    gateway({
      tlsSecret: undefined,
      keyVaultCertificate: {
        ...group,
        certificateId: `${providers}/Microsoft.KeyVault/vaults/hello/certificates/hello`,
        issuerUrl: "https://issuer.example.com/",
        ...given,
      },
    }),
  MaintenanceWindow: (given) =>
    cluster({ upgrades: { maintenance: { day: "Wednesday", start: "02:00", hours: 4, ...given } } }),
  ManagedGatewayApiArgs: (given) =>
    new ManagedGatewayApi("hello", {
      ...{ ...group, clusterName: "aks", clusterId, controlPlaneId: identity.id, ...given },
    }),
  MonitoringArgs: (given) =>
    new Monitoring("hello", {
      ...{ ...group, location: "westeurope", clusterId },
      ...{ logWorkspaceId: `${providers}/Microsoft.OperationalInsights/workspaces/logs`, ...given },
    }),
  NetworkArgs: (given) =>
    new Network("hello", {
      ...{ ...group, range: "10.224.0.0/16", controlPlane },
      ...{ subnets: { nodes: "10.224.0.0/20", privateEndpoints: "10.224.16.0/24" }, ...given },
    }),
  PullSource: (given) =>
    new PullAccess("hello", { kubeletObjectId: guid("object"), registries: { own: { id: registryId, ...given } } }),
  RegistryArgs: (given, property) =>
    new Registry("hello", { ...group, ...(property !== "sku" && { sku: "Premium" }), ...given }),
  RegistryEndpointArgs: (given) =>
    new RegistryEndpoint("hello", {
      ...group,
      registryId,
      networkId,
      subnetId: `${networkId}/subnets/nodes`,
      ...given,
    }),
  RouteArgs: (given) =>
    workload({ route: { hostname: "hello.example.com", gateway: { namespace: "web", name: "hello" }, ...given } }),
  UpgradeArgs: (given) => cluster({ upgrades: given }),
  UserPoolArgs: (given) => cluster({ userPools: { apps: { vmSize: "Standard_D4s_v5", count: 3, ...given } } }),
  WorkloadArgs: workload,
  WritablePath: (given) => workload({ writablePaths: { "/var/cache/app": { size: "64Mi", ...given } } }),
};

async function registered(args: string, property: string, given: Given = {}) {
  const cloud = await mockCloud({ preview: true });
  create[args]?.(given, property);
  return (await cloud.settled()).map(({ label, inputs, deleteBeforeReplace }) => ({
    label,
    inputs,
    deleteBeforeReplace,
  }));
}

/** What is registered when an argument is left out. Most components do not depend on which one it is. */
function leftOut(args: string, property: string) {
  const key = (create[args]?.length ?? 0) > 1 ? `${args} ${property}` : args;
  const known = leftOutBy.get(key) ?? registered(args, property);
  leftOutBy.set(key, known);
  return known;
}
const leftOutBy = new Map<string, ReturnType<typeof registered>>();

const waits = documented.filter(({ property }) => property === "grantSeconds");
const seen = documented.filter((one) => !waits.includes(one));

test.each(seen)("$property of $args is $value when it is left out", async ({ args, property, value }) => {
  expect(Object.keys(create)).toContain(args);
  expect(await leftOut(args, property)).not.toEqual([]);
  expect(await registered(args, property, { [property]: value })).toEqual(await leftOut(args, property));
});

/** Arguments whose default is the largest value. */
const largest = ["retentionDays"];

// A switch or a number that changes nothing would pass the test above with any default.
test.each(seen.filter(({ value }) => typeof value === "boolean" || typeof value === "number"))(
  "$property of $args has an effect when it is not $value",
  async ({ args, property, value }) => {
    const other = typeof value === "number" ? (largest.includes(property) ? value - 1 : value + 1) : !value;
    expect(await registered(args, property, { [property]: other })).not.toEqual(await leftOut(args, property));
  },
);

test.each(waits)("$property of $args, which previews do not wait for, is the constant", ({ value }) => {
  expect(value).toBe(defaultGrantSeconds);
});
