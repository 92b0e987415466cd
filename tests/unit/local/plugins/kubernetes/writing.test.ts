import fc from "fast-check";

import { isIgnored, parsePath, pathText } from "../../../../../local/plugins/kubernetes/diff.ts";
import { toKubeObject, toProperties } from "../../../../../local/plugins/kubernetes/kubeObject.ts";
import { prune } from "../../../../../local/plugins/kubernetes/prune.ts";
import { quantityAmount, sameQuantity } from "../../../../../local/plugins/kubernetes/quantity.ts";

test.each([
  ["0.5", "500m", true],
  [1, "1", true],
  ["1Gi", "1024Mi", true],
  ["0.0625Gi", "64Mi", true],
  ["1e3", "1k", true],
  ["100M", "100Mi", false],
  ["1", "2", false],
  ["one", "one", false],
])("%s and %s are the same amount: %s", (a, b, same) => {
  expect(sameQuantity(a, b)).toBe(same);
});

test("every way to write an amount of thousandths is the same amount", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e9 }), (thousandths) => {
      expect(sameQuantity(`${thousandths}m`, thousandths / 1000)).toBe(true);
      expect(quantityAmount(`${thousandths}Ki`)).toBe(thousandths * 1024);
    }),
  );
});

const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.string({ minLength: 1 }),
    fc.integer({ min: 1 }),
    fc.constant(true),
    fc.array(tie("value"), { minLength: 1, maxLength: 3 }),
    fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), tie("value"), { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
  ),
}));

test("an object pruned to its own inputs is those inputs", () => {
  fc.assert(
    fc.property(json.value, (inputs) => {
      expect(prune("v1", inputs, inputs)).toEqual(inputs);
    }),
  );
});

test("pruning leaves out what the inputs do not have, and shows what has changed", () => {
  const inputs = { spec: { replicas: 3, ports: [{ port: 80 }], gone: "x", labels: {} } };
  const live = { spec: { replicas: 2, ports: [{ port: 80, protocol: "TCP" }, { port: 81 }], extra: 1 }, status: {} };
  expect(prune("v1", live, inputs)).toEqual({ spec: { replicas: 2, ports: [{ port: 80 }], labels: {} } });
});

test("paths are written as the engine writes them, and read back", () => {
  const path = ["metadata", "labels", "app.kubernetes.io/name", "x", 3];
  expect(pathText(path)).toBe('metadata.labels["app.kubernetes.io/name"].x[3]');
  expect(parsePath(pathText(path))).toEqual(path);
  expect(parsePath("spec.containers[*].image")).toEqual(["spec", "containers", "*", "image"]);
});

test("ignoring a path ignores what is below it", () => {
  expect(isIgnored(["spec", "replicas"], parsePath("spec"))).toBe(true);
  expect(isIgnored(["spec", "containers", 2, "image"], parsePath("spec.containers[*].image"))).toBe(true);
  expect(isIgnored(["spec"], parsePath("spec.replicas"))).toBe(false);
});

test("schema extensions keep their dashes on the API and have none in a program", () => {
  const properties = { apiVersion: "v1", kind: "K", metadata: {}, schema: [{ x_kubernetes_int_or_string: true }] };
  const object = toKubeObject(properties);
  expect(object.schema).toEqual([{ "x-kubernetes-int-or-string": true }]);
  expect(toProperties(object)).toEqual(properties);
});
