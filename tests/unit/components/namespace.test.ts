import type * as pulumi from "@pulumi/pulumi";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/index.js";
import { Provider } from "@pulumi/kubernetes/provider.js";
import { AppNamespace, type AppNamespaceArgs } from "../../../components/namespace.ts";
import { labels, mockCloud, only, refusal, valueOf } from "../pulumiMocks.ts";

const component = "tarmac:kubernetes:AppNamespace::hello";
const namespaceType = "kubernetes:core/v1:Namespace";
const policyType = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const everything = [`${namespaceType}::hello`, `${policyType}::hello-default-deny`, component];

async function create(args?: AppNamespaceArgs, opts?: pulumi.ComponentResourceOptions, preview = false) {
  const cloud = await mockCloud({ preview });
  const namespace = new AppNamespace("hello", args, opts);
  return { namespace, resources: await cloud.settled() };
}

test("creates a namespace and a policy that denies everything, in a component", async () => {
  const { resources } = await create();
  expect(labels(resources)).toEqual(everything);
  for (const type of [namespaceType, policyType]) {
    expect(only(resources, type)).toMatchObject({ parent: component, aliases: [] });
  }
});

describe("on a cluster with LocalDNS", () => {
  test("lets the pods ask the node itself, which Cilium matches by entity, not by address", async () => {
    const { resources } = await create({ localDns: "cilium" });
    expect(only(resources, "kubernetes:cilium.io/v2:CiliumNetworkPolicy")).toMatchObject({
      parent: component,
      protect: false,
      inputs: {
        metadata: { namespace: "hello", name: "local-dns" },
        spec: {
          endpointSelector: {},
          egress: [
            { toEntities: ["host"], toPorts: [{ ports: port("53") }] },
            { toCIDR: ["169.254.10.0/24"], toPorts: [{ ports: port("53") }] },
          ],
        },
      },
    });
  });

  test("lets the pods ask its addresses, which a range covers", async () => {
    const { resources } = await create({ localDns: "calico" });
    expect(only(resources, policyType, "hello-local-dns").inputs.spec).toEqual({
      podSelector: {},
      policyTypes: ["Egress"],
      egress: [{ to: [{ ipBlock: { cidr: "169.254.10.0/24" } }], ports: port(53) }],
    });
  });

  const port = (number: string | number) => ["UDP", "TCP"].map((protocol) => ({ port: number, protocol }));
});

test("admits only pods of the restricted standard, in a version that no cluster upgrade changes", async () => {
  const { resources } = await create({ labels: { "tarmac.dev/stack": "test" } });
  expect(only(resources, namespaceType).inputs.metadata).toEqual({
    name: "hello",
    labels: {
      "tarmac.dev/stack": "test",
      "pod-security.kubernetes.io/enforce": "restricted",
      "pod-security.kubernetes.io/enforce-version": "v1.34",
      "pod-security.kubernetes.io/warn": "restricted",
      "pod-security.kubernetes.io/warn-version": "v1.34",
      "pod-security.kubernetes.io/audit": "restricted",
      "pod-security.kubernetes.io/audit-version": "v1.34",
    },
  });
});

test("enforces the baseline standard on request", async () => {
  const { resources } = await create({ podSecurity: "baseline" });
  expect(only(resources, namespaceType).inputs.metadata).toMatchObject({
    labels: {
      "pod-security.kubernetes.io/enforce": "baseline",
      "pod-security.kubernetes.io/warn": "baseline",
      "pod-security.kubernetes.io/audit": "baseline",
    },
  });
});

test("cannot be loosened by a label", async () => {
  const { resources } = await create({ labels: { "pod-security.kubernetes.io/enforce": "privileged" } });
  expect(only(resources, namespaceType).inputs.metadata).toMatchObject({
    labels: { "pod-security.kubernetes.io/enforce": "restricted" },
  });
});

test("denies all connections of all pods until another policy allows them", async () => {
  const { resources } = await create({ namespaceName: "other", labels: { team: "a" } });
  expect(only(resources, policyType).inputs).toMatchObject({
    metadata: { name: "default-deny", namespace: "other", labels: { team: "a" } },
    spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
  });
  expect(only(resources, policyType).inputs.spec).not.toHaveProperty("ingress");
  expect(only(resources, policyType).inputs.spec).not.toHaveProperty("egress");
});

test("is named after the component or by its own name, and outputs it", async () => {
  expect(await valueOf((await create()).namespace.namespaceName)).toBe("hello");
  const { namespace, resources } = await create({ namespaceName: "other" });
  expect(await valueOf(namespace.namespaceName)).toBe("other");
  expect(only(resources, "tarmac:kubernetes:AppNamespace").outputs).toEqual({ namespaceName: "other" });
});

test.each([true, false, undefined])("is protected when the component is: %s", async (protect) => {
  const { resources } = await create({}, { protect });
  expect(only(resources, namespaceType).protect).toBe(protect);
  expect(only(resources, policyType).protect).toBe(false);
});

test("is deleted with the cluster and created through its provider", async () => {
  const cloud = await mockCloud();
  const provider = new Provider("of-cluster", { kubeconfig: "{}" });
  const cluster = new ConfigMap("cluster", {}, { provider });
  new AppNamespace("hello", {}, { provider, deletedWith: cluster });
  const resources = await cloud.settled();
  for (const type of [namespaceType, policyType]) {
    expect(only(resources, type)).toMatchObject({
      provider: "pulumi:providers:kubernetes::of-cluster",
      deletedWith: "kubernetes:core/v1:ConfigMap::cluster",
    });
  }
});

test("previews the same resources, with a known name", async () => {
  const { namespace, resources } = await create({}, {}, true);
  expect(labels(resources)).toEqual(everything);
  expect(await valueOf(namespace.namespaceName)).toBe("hello");
});

test("refuses a name that is not a DNS label, before anything is registered", async () => {
  const cloud = await mockCloud();
  expect(refusal(() => new AppNamespace("hello", { namespaceName: "Hello_World" }))).toEqual([
    'namespaceName: "Hello_World" is not a DNS label: use 1 to 63 lower-case letters, digits, and "-", starting and ending with a letter or digit, e.g. "hello-api"',
  ]);
  expect(await cloud.settled()).toEqual([]);
});
