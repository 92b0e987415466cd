import { readState } from "../../../../ops/deploy/state.ts";

const read = (deployment: object) =>
  readState({ run: () => Promise.resolve(JSON.stringify({ version: 3, deployment })) }, "dev");

const deployment = (image: unknown, more: object = {}) => ({
  ...{ urn: "urn:x", type: "kubernetes:apps/v1:Deployment", custom: true, ...more },
  inputs: { metadata: { name: "hello" }, spec: { template: { spec: { containers: [{ name: "hello", image }] } } } },
});

test("an empty stack has nothing pending, and runs nothing", async () => {
  expect(await read({})).toEqual({ pending: [] });
});

test("pending operations are named by type and name", async () => {
  const urn = "urn:pulumi:dev::tarmac::tarmac:azure:Cluster$azure-native:containerservice:ManagedCluster::hello";
  const { pending } = await read({ pending_operations: [{ type: "creating", resource: { urn } }] });
  expect(pending).toEqual(["tarmac:azure:Cluster$azure-native:containerservice:ManagedCluster hello"]);
});

test("the image is that of the last update, also of one that failed", async () => {
  const resources = [
    { type: "pulumi:pulumi:Stack", outputs: { imageReference: "old@sha256:a" } },
    deployment("new@sha256:b", { initErrors: ["the rollout was not done in time"] }),
  ];
  expect(await read({ resources })).toEqual({ pending: [], image: "new@sha256:b" });
});

test("what is only waiting to be deleted does not run", async () => {
  const resources = [deployment("old@sha256:a", { delete: true }), deployment("new@sha256:b")];
  expect((await read({ resources })).image).toBe("new@sha256:b");
});

test("a secret's ciphertext is no image", async () => {
  expect((await read({ resources: [deployment({ ciphertext: "v1:..." })] })).image).toBeUndefined();
});
