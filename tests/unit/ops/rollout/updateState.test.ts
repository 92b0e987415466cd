import { readUpdateState } from "../../../../ops/rollout/updateState.ts";

const secret = (text: string) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  plaintext: JSON.stringify(text),
});
const resource = (type: string, inputs: Record<string, unknown>, more: object = {}) => ({
  urn: `urn:pulumi:dev::tarmac::${type}::x`,
  type,
  inputs,
  ...more,
});
const provider = (kubeconfig: unknown, more?: object) => resource("pulumi:providers:kubernetes", { kubeconfig }, more);
const web = resource("kubernetes:apps/v1:Deployment", { metadata: { name: "web", namespace: "shop" } });

it("of a stack that was never updated is empty", () => {
  expect(readUpdateState({ deployment: null })).toEqual({ deployments: [], inProgress: [] });
});

it("names the cluster and the Deployments", () => {
  const resources = [provider(secret("apiVersion: v1")), web];
  expect(readUpdateState({ deployment: { resources } })).toEqual({
    kubeconfig: "apiVersion: v1",
    deployments: ["shop/web"],
    inProgress: [],
  });
});

it("uses the remaining cluster when one is being replaced", () => {
  const resources = [provider("new"), provider("old", { delete: true })];
  expect(readUpdateState({ deployment: { resources } }).kubeconfig).toBe("new");
});

it("reads a Deployment that is being created from the pending operation", () => {
  const pending_operations = [{ type: "creating", resource: web }];
  expect(readUpdateState({ deployment: { resources: [provider("here")], pending_operations } })).toEqual({
    kubeconfig: "here",
    deployments: ["shop/web"],
    inProgress: ["shop/web"],
  });
});

it("skips a Deployment without a known name, and other operations", () => {
  const nameless = resource("kubernetes:apps/v1:Deployment", { metadata: { name: secret("web") } });
  const pending_operations = [
    { type: "creating", resource: nameless },
    { type: "updating", resource: resource("kubernetes:core/v1:Service", { metadata: { name: "web" } }) },
  ];
  expect(readUpdateState({ deployment: { pending_operations } })).toEqual({ deployments: [], inProgress: [] });
});
