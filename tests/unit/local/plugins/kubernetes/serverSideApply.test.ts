import { ApiError } from "../../../../../local/plugins/kubernetes/cluster.ts";
import type { KubeObject, ManagedFields } from "../../../../../local/plugins/kubernetes/kubeObject.ts";
import { apply, takeOver, withIgnoredChanges } from "../../../../../local/plugins/kubernetes/serverSideApply.ts";
import { FakeCluster } from "./fakeCluster.ts";

const manager = "pulumi-kubernetes-12345678";
const signal = new AbortController().signal;
const created: ManagedFields = {
  manager: "pulumi-kubernetes",
  operation: "Update",
  fieldsV1: { "f:spec": { "f:replicas": {}, "f:paused": {} } },
};
const scaled: ManagedFields = {
  manager: "kubectl",
  operation: "Update",
  subresource: "scale",
  fieldsV1: { "f:spec": { "f:replicas": {} } },
};

function web(managedFields: ManagedFields[], spec: unknown = { replicas: 3 }): KubeObject {
  const metadata = { name: "web", namespace: "shop", resourceVersion: "7", managedFields };
  return { apiVersion: "apps/v1", kind: "Deployment", metadata, spec };
}

function conflict(...messages: string[]): ApiError {
  const causes = messages.map((message) => ({ reason: "FieldManagerConflict", message, field: ".spec.replicas" }));
  const message = `Apply failed with ${messages.length} conflict: ${messages.join()}`;
  return new ApiError(409, { reason: "Conflict", message, details: { causes } });
}

test("what the creation and kubectl left is taken over, a subresource's share is not", () => {
  const edited: ManagedFields = { manager: "kubectl-edit", operation: "Update", fieldsV1: { "f:metadata": {} } };
  const controller: ManagedFields = { manager: "kube-controller-manager", operation: "Update", subresource: "status" };
  expect(takeOver([created, edited, scaled, controller], manager)).toEqual([
    scaled,
    controller,
    {
      manager,
      operation: "Apply",
      fieldsV1: { "f:spec": { "f:replicas": {}, "f:paused": {} }, "f:metadata": {} },
    },
  ]);
  expect(takeOver([scaled, controller], manager)).toBeUndefined();
});

test("fields are taken over before the object is applied, again if a controller wrote in between", async () => {
  const cluster = new FakeCluster();
  const live = cluster.put(web([created]));
  cluster.refusals.patch = [new ApiError(409, { reason: "Conflict", message: "the object has been modified" })];
  await apply(cluster, web([]), live, { fieldManager: manager, force: false, signal });
  const name = "Deployment/shop/web";
  expect(cluster.verbs()).toEqual([`patch ${name}`, `get ${name}`, `patch ${name}`, `apply ${name}`]);
  expect(cluster.calls.at(-1)?.options).toMatchObject({ fieldManager: manager, force: false });
});

test("a conflict names the fields and who holds them", async () => {
  const cluster = new FakeCluster();
  cluster.refusals.apply = [conflict('conflict with "kubectl" with subresource "scale" using apps/v1: .spec.replicas')];
  const applying = apply(cluster, web([]), web([scaled]), { fieldManager: manager, force: false, signal });
  await expect(applying).rejects.toThrow(
    /server-side apply field conflict detected, see .*\nThe resource managed by field manager "pulumi-kubernetes-12345678" had an apply conflict: Apply failed with 1 conflict: conflict with "kubectl" with subresource "scale"/,
  );
});

test("a preview does not take over, and shows only the conflicts that an update would have", async () => {
  const cluster = new FakeCluster();
  const options = { fieldManager: manager, force: false, dryRun: true, signal };
  cluster.refusals.apply = [conflict('conflict with "pulumi-kubernetes" using apps/v1: .spec.replicas')];
  await apply(cluster, web([]), web([created]), options);
  expect(cluster.calls.map(({ verb, options: used }) => [verb, used?.force])).toEqual([
    ["apply", false],
    ["apply", true],
  ]);
  cluster.refusals.apply = [conflict('conflict with "kubectl" with subresource "scale" using apps/v1: .spec.replicas')];
  await expect(apply(cluster, web([]), web([scaled]), options)).rejects.toThrow("field conflict detected");
});

test("who asks for it, or meets an object without shares, is not stopped by a conflict", async () => {
  const cluster = new FakeCluster();
  await apply(cluster, web([]), web([scaled]), { fieldManager: manager, force: true, signal });
  await apply(cluster, web([]), web([]), { fieldManager: manager, force: false, signal });
  expect(cluster.calls.map(({ options }) => options?.force)).toEqual([true, true]);
});

test("ignored fields are left to those who hold them alone, and otherwise keep their value", () => {
  const live = web([{ manager, operation: "Apply", fieldsV1: { "f:spec": { "f:paused": {} } } }, scaled], {
    replicas: 5,
    paused: true,
  });
  const desired = web([], { replicas: 3, paused: false, minReadySeconds: 1 });
  const result = withIgnoredChanges(desired, live, manager, ["spec.replicas", "spec.paused", "spec.gone"]);
  expect(result.spec).toEqual({ paused: true, minReadySeconds: 1 });
});
