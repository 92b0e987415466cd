import { check } from "../../../../../local/plugins/kubernetes/check.ts";
import type { CheckRequest } from "../../../../../local/plugins/rpc/engineRequests.ts";
import { Secret, unknown } from "../../../../../local/plugins/rpc/propertyValues.ts";
import type { Properties } from "../../../../../local/plugins/rpc/propertyValues.ts";
import { connectionTo, FakeCluster, request } from "./fakeCluster.ts";

const configMap = "kubernetes:core/v1:ConfigMap";
const autonamed = { "pulumi.com/autonamed": "true" };

async function checked(type: string, news: Properties, more: Partial<CheckRequest> = {}): Promise<Properties> {
  const seed = Buffer.from("seed");
  const full = { ...request(type), news, olds: {}, randomSeed: seed, ...more };
  return (await check(full, connectionTo(new FakeCluster()))).inputs;
}

test("kind, namespace and a random name are filled in, and the name is marked", async () => {
  const inputs = await checked(configMap, { data: { a: "b" } });
  expect(inputs).toEqual({
    apiVersion: "v1",
    kind: "ConfigMap",
    data: { a: "b" },
    metadata: {
      name: expect.stringMatching(/^web-[0-9a-f]{8}$/) as string,
      namespace: "default",
      annotations: autonamed,
    },
  });
  expect(await checked(configMap, { data: { a: "b" } })).toEqual(inputs);
});

test("a name made up before is kept, a given one is not marked", async () => {
  const olds = { metadata: { name: "web-12345678", annotations: autonamed } };
  expect(await checked(configMap, {}, { olds })).toMatchObject({
    metadata: { name: "web-12345678", annotations: autonamed },
  });
  expect((await checked(configMap, { metadata: { name: "mine" } }, { olds })).metadata).toEqual({
    name: "mine",
    namespace: "default",
  });
});

test("the project's own naming is respected", async () => {
  const proposed = { proposedName: "shop-web", mode: "propose" } as const;
  expect(await checked(configMap, {}, { autonaming: proposed })).toMatchObject({ metadata: { name: "shop-web" } });
  const disabled = { proposedName: "", mode: "disable" } as const;
  await expect(checked(configMap, {}, { autonaming: disabled })).rejects.toThrow("autonaming is disabled");
});

test("a name or namespace that is not known yet stays unknown", async () => {
  const metadata = { name: unknown, namespace: unknown };
  expect((await checked(configMap, { metadata })).metadata).toEqual(metadata);
  expect((await checked(configMap, { metadata: unknown })).metadata).toBe(unknown);
});

test("objects outside of namespaces get none, also without a cluster to ask", async () => {
  expect((await checked("kubernetes:core/v1:Namespace", { metadata: { name: "shop" } })).metadata).toEqual({
    name: "shop",
  });
  const full = { ...request("kubernetes:core/v1:Namespace"), news: { metadata: { name: "shop" } }, olds: {} };
  const result = await check({ ...full, randomSeed: new Uint8Array() }, connectionTo(undefined));
  expect(result.inputs.metadata).toEqual({ name: "shop" });
});

test("what a Secret holds is recorded as the API keeps it, and secret", async () => {
  const news = { metadata: { name: "s" }, data: { a: "YQ==" }, stringData: { b: new Secret("b"), c: "c" } };
  expect(await checked("kubernetes:core/v1:Secret", news)).toEqual({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "s", namespace: "default" },
    data: new Secret({ a: "YQ==", b: "Yg==", c: "Yw==" }),
  });
});

test("secret inputs elsewhere stay secret at their place", async () => {
  const news = { metadata: { name: "m" }, data: { password: new Secret("p"), user: "u" } };
  expect(await checked(configMap, news)).toMatchObject({ data: { password: new Secret("p"), user: "u" } });
});

test("nulls and what only the server writes are left out", async () => {
  const metadata = { name: "m", uid: "1", resourceVersion: "2", creationTimestamp: null, labels: { a: "b" } };
  expect(await checked(configMap, { metadata, data: { a: null, b: "c" } })).toMatchObject({ data: { b: "c" } });
  expect((await checked(configMap, { metadata })).metadata).toEqual({
    name: "m",
    namespace: "default",
    labels: { a: "b" },
  });
});

test("the managed-by label stays where it is, and is not put where it was not", async () => {
  const labels = { "app.kubernetes.io/managed-by": "pulumi" };
  const olds = { metadata: { name: "m", labels } };
  expect(await checked(configMap, { metadata: { name: "m" } }, { olds })).toMatchObject({ metadata: { labels } });
  expect((await checked(configMap, { metadata: { name: "m" } })).metadata).not.toHaveProperty("labels");
});

test("generated names are refused, they contradict server-side apply", async () => {
  await expect(checked(configMap, { metadata: { generateName: "m-" } })).rejects.toThrow("`.metadata.generateName`");
});

test("annotations the adapter does not look at are said", async () => {
  const full = request(configMap);
  const news = { metadata: { name: "m", annotations: { "pulumi.com/waitFor": "condition=Ready" } } };
  await check({ ...full, news, olds: {}, randomSeed: new Uint8Array() }, connectionTo(new FakeCluster()));
  expect(full.logged).toEqual([
    "warn: tarmac's local kubernetes adapter does not look at the annotation pulumi.com/waitFor",
  ]);
});
