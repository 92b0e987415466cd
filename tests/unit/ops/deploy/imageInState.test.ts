import { imageInState } from "../../../../ops/deploy/imageInState.ts";

const imageIn = (deployment: object) =>
  imageInState({ run: () => Promise.resolve(JSON.stringify({ version: 3, deployment })) }, "dev");

const deployment = (image: unknown, more: object = {}) => ({
  ...{ urn: "urn:x", type: "kubernetes:apps/v1:Deployment", custom: true, ...more },
  inputs: { metadata: { name: "hello" }, spec: { template: { spec: { containers: [{ name: "hello", image }] } } } },
});

test("an empty stack runs nothing", async () => {
  expect(await imageIn({})).toBeUndefined();
});

test("the image is that of the last update, also of one that failed", async () => {
  const resources = [
    { type: "pulumi:pulumi:Stack", outputs: { imageReference: "old@sha256:a" } },
    deployment("new@sha256:b", { initErrors: ["the rollout was not done in time"] }),
  ];
  expect(await imageIn({ resources })).toBe("new@sha256:b");
});

test("what is only waiting to be deleted does not run", async () => {
  const resources = [deployment("old@sha256:a", { delete: true }), deployment("new@sha256:b")];
  expect(await imageIn({ resources })).toBe("new@sha256:b");
});

test("a secret's ciphertext is no image", async () => {
  expect(await imageIn({ resources: [deployment({ ciphertext: "v1:..." })] })).toBeUndefined();
});
