import { deployedServices } from "../../../../ops/deploy/deployedServices.ts";
import type { StateResource } from "../../../../ops/pulumi/stackState.ts";

const labels = { "app.kubernetes.io/name": "hello" };

const deployment = (image: unknown, more: Partial<StateResource> = {}, podLabels: object = labels): StateResource => ({
  ...{ urn: "urn:deployment", type: "kubernetes:apps/v1:Deployment", custom: true, parent: "urn:workload" },
  inputs: {
    metadata: { name: "hello", namespace: "shop" },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels: podLabels },
        spec: {
          containers: [{ name: "hello", image, readinessProbe: { httpGet: { path: "/ready" } } }, { image: "proxy" }],
        },
      },
    },
  },
  ...more,
});

const component = (address?: unknown): StateResource => ({
  ...{ urn: "urn:workload", type: "tarmac:kubernetes:Workload" },
  outputs: address === undefined ? {} : { address },
});

const kubernetesService = (selector: object | undefined, namespace = "shop"): StateResource => ({
  ...{ urn: "urn:service", type: "kubernetes:core/v1:Service" },
  inputs: { metadata: { name: "hello-service", namespace }, spec: { selector, ports: [{ port: 8080 }] } },
});

const services = (...resources: StateResource[]) => deployedServices({ deployment: { resources } });

test("an empty stack has none", () => {
  expect([deployedServices({}), deployedServices({ deployment: null }), services(component("x"))]).toEqual([
    [],
    [],
    [],
  ]);
});

test("a service has the first container's image, its address and its path", () => {
  const state = [component("http://203.0.113.7"), deployment("new@sha256:b"), kubernetesService(labels)];
  expect(services(...state)).toEqual([
    {
      ...{ name: "hello", namespace: "shop", image: "new@sha256:b", podLabels: labels },
      ...{ address: "http://203.0.113.7", readyPath: "/ready" },
    },
  ]);
});

test("the image is that of the last update, even a failed one, and not of a resource that waits for its deletion", () => {
  const failed = deployment("new@sha256:b", { outputs: {} });
  expect(services(deployment("old@sha256:a", { delete: true }), failed).map(({ image }) => image)).toEqual([
    "new@sha256:b",
  ]);
});

test("a secret's ciphertext is not an image", () => {
  expect(services(deployment({ ciphertext: "v1:..." }))[0]).not.toHaveProperty("image");
});

test("a private address is tested from inside the cluster", () => {
  const [internal] = services(component("http://10.0.0.4"), deployment("a"), kubernetesService(labels));
  expect(internal?.address).toBe("hello-service.shop.svc:8080");
});

test("without the component's output, the Kubernetes Service decides where it is tested", () => {
  const addressOf = (...more: StateResource[]) => services(component(), deployment("a"), ...more)[0]?.address;
  expect(addressOf(kubernetesService(labels))).toBe("hello-service.shop.svc:8080");
  expect(addressOf(kubernetesService({ "app.kubernetes.io/name": "other" }))).toBeUndefined();
  expect(addressOf(kubernetesService(labels, "other"))).toBeUndefined();
  expect(addressOf(kubernetesService({}))).toBeUndefined();
  expect(addressOf(kubernetesService(undefined))).toBeUndefined();
});

test("if the stack's label marks its services, a chart's Deployment is not one", () => {
  const own = deployment("a", {}, { ...labels, "tarmac.dev/stack": "dev" });
  const chart = deployment("redis", { inputs: { metadata: { name: "redis" }, spec: {} } });
  expect(services(chart, own).map(({ name }) => name)).toEqual(["hello"]);
  expect(services(chart)).toEqual([{ name: "redis", namespace: "default", podLabels: {} }]);
});

test("a generated name is in the outputs, and a Deployment without a name does not exist yet", () => {
  const made = { inputs: { spec: {} }, outputs: { metadata: { name: "hello-1a2b", namespace: "shop" } } };
  expect(services(deployment("a", made))).toEqual([{ name: "hello-1a2b", namespace: "shop", podLabels: {} }]);
  expect(services(deployment("a", { inputs: {} }))).toEqual([]);
});

test("services are sorted by name, whatever order the state has", () => {
  const named = (name: string) => deployment("a", { inputs: { metadata: { name, namespace: "shop" }, spec: {} } });
  expect(services(named("web"), named("api")).map(({ name }) => name)).toEqual(["api", "web"]);
});
