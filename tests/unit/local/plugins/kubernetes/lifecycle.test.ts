import { ApiError } from "../../../../../local/plugins/kubernetes/cluster.ts";
import { create } from "../../../../../local/plugins/kubernetes/create.ts";
import { read } from "../../../../../local/plugins/kubernetes/read.ts";
import { remove } from "../../../../../local/plugins/kubernetes/remove.ts";
import { update } from "../../../../../local/plugins/kubernetes/update.ts";
import { InitializationError } from "../../../../../local/plugins/rpc/engineErrors.ts";
import type { CreateRequest, ReadRequest, UpdateRequest } from "../../../../../local/plugins/rpc/engineRequests.ts";
import { Secret, unknown } from "../../../../../local/plugins/rpc/propertyValues.ts";
import type { Properties } from "../../../../../local/plugins/rpc/propertyValues.ts";
import { connectionTo, FakeClock, FakeCluster, request } from "./fakeCluster.ts";

const secretType = "kubernetes:core/v1:Secret";
const inputs: Properties = {
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "s", namespace: "shop" },
  data: new Secret({ a: "YQ==" }),
};
const podInputs: Properties = { apiVersion: "v1", kind: "Pod", metadata: { name: "p", namespace: "shop" } };

let cluster: FakeCluster;
let clock: FakeClock;

beforeEach(() => {
  cluster = new FakeCluster();
  clock = new FakeClock();
});

function creation(type: string, properties: Properties, preview = false): CreateRequest & { logged: string[] } {
  return { ...request(type), inputs: properties, timeoutSeconds: 0, preview };
}

function updating(olds: Properties, news: Properties, preview = false): UpdateRequest {
  return {
    ...request(secretType),
    id: "shop/s",
    olds,
    oldInputs: inputs,
    news,
    timeoutSeconds: 0,
    ignoreChanges: [],
    preview,
  };
}

function reading(outputs: Properties, old: Properties): ReadRequest {
  return { ...request(secretType), id: "shop/s", outputs, inputs: old, timeoutSeconds: 0 };
}

async function created(): Promise<Properties> {
  return (await create(creation(secretType, inputs), connectionTo(cluster), clock)).outputs;
}

test("creating records the live object, the inputs and what the official plugin needs to go on", async () => {
  const { id, outputs } = await create(creation(secretType, inputs), connectionTo(cluster), clock);
  expect(id).toBe("shop/s");
  expect(outputs).toEqual({
    ...inputs,
    metadata: { name: "s", namespace: "shop", uid: "uid-of-s", generation: 1 },
    __inputs: inputs,
    __initialApiVersion: "v1",
    __fieldManager: expect.stringMatching(/^pulumi-kubernetes-[0-9a-f]{8}$/) as string,
  });
  expect(cluster.calls[0]?.options?.fieldManager).toBe("pulumi-kubernetes");
  expect(cluster.calls[0]?.object?.data).toEqual({ a: "YQ==" });
});

test("a namespace that is on its way is waited for", async () => {
  const missing = new ApiError(404, {
    reason: "NotFound",
    message: 'namespaces "shop" not found',
    details: { kind: "namespaces" },
  });
  cluster.refusals.create = [missing, missing];
  const asked = creation(secretType, inputs);
  await create(asked, connectionTo(cluster), clock);
  expect(clock.milliseconds).toBe(3000);
  expect(asked.logged).toEqual([
    'status: Retry #1 in 1 s; creation failed: namespaces "shop" not found',
    'status: Retry #2 in 2 s; creation failed: namespaces "shop" not found',
    "status: ",
  ]);
});

test("an object that is there already is not taken for one's own, unless asked for", async () => {
  cluster.refusals.create = [new ApiError(409, { reason: "AlreadyExists", message: 'secrets "s" already exists' })];
  const refused = create(creation(secretType, inputs), connectionTo(cluster), clock);
  await expect(refused).rejects.toThrow('secrets "s" already exists\n\nThe object already exists in the cluster.');
  await create(creation(secretType, inputs), connectionTo(cluster, { upsertExistingObjects: "true" }), clock);
  expect(cluster.verbs()).toEqual(["create Secret/shop/s", "apply Secret/shop/s"]);
});

test("a preview asks the server and stores nothing", async () => {
  const result = await create(creation(secretType, inputs, true), connectionTo(cluster), clock);
  expect(result).toMatchObject({ id: "", outputs: { metadata: { uid: "uid-of-s" }, data: inputs.data } });
  expect(cluster.calls[0]?.options?.dryRun).toBe(true);
  expect(cluster.objects.size).toBe(0);
});

test.each([
  ["an unknown input", { ...inputs, data: unknown }, undefined],
  ["a namespace to come", inputs, new ApiError(404, { reason: "NotFound", details: { kind: "namespaces" } })],
  ["no right to dry runs", inputs, new ApiError(403, { reason: "Forbidden" })],
  ["an object that this replaces", inputs, new ApiError(409, { reason: "AlreadyExists" })],
  ["a kind to come", { ...inputs, kind: "Order" }, undefined],
])("a preview with %s shows the inputs", async (_, properties: Properties, refusal) => {
  cluster.refusals.create = refusal === undefined ? [] : [refusal];
  const result = await create(creation(secretType, properties, true), connectionTo(cluster), clock);
  expect(result).toEqual({ id: "", outputs: properties });
});

test("a preview shows what the server will refuse", async () => {
  cluster.refusals.create = [new ApiError(422, { reason: "Invalid", message: "spec.replicas: must not be negative" })];
  const previewing = create(creation(secretType, inputs, true), connectionTo(cluster), clock);
  await expect(previewing).rejects.toThrow(
    "Secret shop/s was not created by the API server: spec.replicas: must not be negative",
  );
});

test("an object that does not become ready is kept with its reasons", async () => {
  const asked = { ...creation("kubernetes:core/v1:Pod", podInputs), timeoutSeconds: 5 };
  const error = await create(asked, connectionTo(cluster), clock).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InitializationError);
  expect(error).toMatchObject({
    id: "shop/p",
    inputs: podInputs,
    outputs: { metadata: { uid: "uid-of-p" }, __inputs: podInputs },
    reasons: ["Pod shop/p did not become ready within 5 s. Waiting for the Pod: Pending"],
  });
});

test("an update applies under the recorded field manager and keeps what was recorded", async () => {
  const olds = await created();
  const news = { ...inputs, data: new Secret({ a: "Yg==" }) };
  const outputs = await update(updating(olds, news), connectionTo(cluster), clock);
  expect(outputs).toMatchObject({ data: news.data, __inputs: news, __fieldManager: olds.__fieldManager });
  expect(cluster.calls.at(-1)).toMatchObject({
    verb: "apply",
    options: { fieldManager: olds.__fieldManager, dryRun: false },
  });
});

test("another field manager takes over from the old one", async () => {
  const olds = await created();
  const metadata = { name: "s", namespace: "shop", annotations: { "pulumi.com/patchFieldManager": "shop" } };
  await update(updating(olds, { ...inputs, metadata }), connectionTo(cluster), clock);
  expect(cluster.calls.slice(-2).map(({ verb, options }) => [verb, options?.fieldManager])).toEqual([
    ["apply", "shop"],
    ["apply", olds.__fieldManager],
  ]);
});

test("a preview of an update stores nothing, and shows the inputs where the server cannot be asked", async () => {
  const olds = await created();
  const news = { ...inputs, data: new Secret({ a: "Yg==" }) };
  const before = cluster.objects.get("Secret/shop/s");
  expect(await update(updating(olds, news, true), connectionTo(cluster), clock)).toMatchObject({ data: news.data });
  expect(cluster.objects.get("Secret/shop/s")).toBe(before);
  const unseen = { ...inputs, data: unknown };
  expect(await update(updating(olds, unseen, true), connectionTo(cluster), clock)).toBe(unseen);
  expect(await update(updating(olds, news, true), connectionTo(undefined), clock)).toBe(news);
});

test("reading gives the inputs as they are now, in the shape they had, still secret", async () => {
  const outputs = await created();
  cluster.put({
    ...cluster.put({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "s", namespace: "shop", labels: { x: "y" } },
      data: { a: "eA==" },
      type: "Opaque",
    }),
  });
  const result = await read(reading(outputs, inputs), connectionTo(cluster));
  expect(result?.id).toBe("shop/s");
  expect(result?.inputs).toEqual({ ...inputs, data: new Secret({ a: "eA==" }) });
  expect(result?.outputs).toMatchObject({
    type: "Opaque",
    __inputs: result?.inputs,
    __fieldManager: outputs.__fieldManager,
  });
});

test("an import takes everything but what only the cluster writes for inputs", async () => {
  const annotations = { "deployment.kubernetes.io/revision": "1", team: "shop" };
  const metadata = { name: "s", namespace: "shop", uid: "1", resourceVersion: "2", annotations };
  cluster.put({ apiVersion: "v1", kind: "Secret", metadata, data: { a: "YQ==" }, type: "Opaque", status: {} });
  const result = await read(reading({}, {}), connectionTo(cluster));
  expect(result?.inputs).toEqual({
    ...inputs,
    type: "Opaque",
    metadata: { name: "s", namespace: "shop", annotations: { team: "shop" } },
  });
});

test("what is gone reads as gone, and what is not ready with its reasons", async () => {
  expect(await read(reading({}, inputs), connectionTo(cluster))).toBeUndefined();
  cluster.put({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "s", namespace: "shop" },
    status: { phase: "Pending" },
  });
  const asked = { ...reading({}, podInputs), ...request("kubernetes:core/v1:Pod") };
  await expect(read(asked, connectionTo(cluster))).rejects.toMatchObject({
    id: "shop/s",
    reasons: ["Pod shop/s is not ready. Waiting for the Pod: Pending"],
  });
});

test("deleting waits until the object is gone, and does not mind when it was", async () => {
  const outputs = await created();
  const asked = { ...request(secretType), id: "shop/s", olds: outputs, oldInputs: inputs, timeoutSeconds: 0 };
  await remove(asked, connectionTo(cluster), clock);
  await remove(asked, connectionTo(cluster), clock);
  expect(cluster.calls.filter(({ verb }) => verb === "delete").map(({ propagation }) => propagation)).toEqual([
    "Foreground",
    "Foreground",
  ]);
  expect(cluster.objects.size).toBe(0);
});

test("a deletion that does not end in time keeps the resource with what is known", async () => {
  const outputs = await created();
  const held = cluster.objects.get("Secret/shop/s");
  cluster.onGet = () => held && cluster.put({ ...held, metadata: { ...held.metadata, finalizers: ["shop/hold"] } });
  const asked = { ...request(secretType), id: "shop/s", olds: outputs, oldInputs: inputs, timeoutSeconds: 2 };
  await expect(remove(asked, connectionTo(cluster), clock)).rejects.toMatchObject({
    id: "shop/s",
    reasons: ["Secret shop/s was still there after 2 s. Waiting for deletion (shop/hold)"],
  });
});

test("without a cluster nothing is made or deleted, unless unreachable resources are to be forgotten", async () => {
  const asked = { ...request(secretType), id: "shop/s", olds: {}, oldInputs: inputs, timeoutSeconds: 0 };
  const none = connectionTo(undefined);
  await expect(create(creation(secretType, inputs), none, clock)).rejects.toThrow(
    "configured Kubernetes cluster is unreachable: connection refused",
  );
  expect(await create(creation(secretType, inputs, true), none, clock)).toEqual({ id: "", outputs: inputs });
  await expect(remove(asked, none, clock)).rejects.toThrow("PULUMI_K8S_DELETE_UNREACHABLE");
  await expect(read(reading({}, inputs), none)).rejects.toThrow("PULUMI_K8S_DELETE_UNREACHABLE");
  const forgetting = connectionTo(undefined, { deleteUnreachable: "true" });
  await expect(remove(asked, forgetting, clock)).resolves.toBeUndefined();
  await expect(read(reading({}, inputs), forgetting)).resolves.toBeUndefined();
});
