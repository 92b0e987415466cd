import providerPb from "@pulumi/pulumi/proto/provider_pb.js";

import {
  diffResponse,
  inputChanges,
  joinPath,
  topLevelKey,
  valueChanges,
} from "../../../../../local/plugins/rpc/diffResponse.ts";
import { Secret, unknown } from "../../../../../local/plugins/rpc/wireValues.ts";

test("differences are named by the path of the deepest part that differs", () => {
  const old = { spec: { replicas: 1, ports: [{ port: 80 }, { port: 81 }] }, labels: { "a.b/c": "x" }, same: [1] };
  const now = { spec: { replicas: 2, ports: [{ port: 80 }], paused: true }, labels: { "a.b/c": "y" }, same: [1] };
  expect(valueChanges(old, now)).toEqual({
    "spec.replicas": { kind: "update" },
    "spec.ports[1]": { kind: "delete" },
    "spec.paused": { kind: "add" },
    'labels["a.b/c"]': { kind: "update" },
  });
});

test("a value that only became secret is not a difference, one that is unknown is", () => {
  expect(valueChanges({ a: "x" }, { a: new Secret("x") })).toEqual({});
  expect(valueChanges({ a: "x", b: unknown }, { a: unknown, b: unknown })).toEqual({
    a: { kind: "update" },
    b: { kind: "update" },
  });
});

test("a value of another kind is a single difference", () => {
  expect(valueChanges({ a: { b: 1 } }, { a: [1] })).toEqual({ a: { kind: "update" } });
  expect(valueChanges({ a: null }, { a: "x" })).toEqual({ a: { kind: "update" } });
});

test("keys that are not plain words are quoted, and parsed again", () => {
  expect(joinPath("", 'a"b')).toBe('["a\\"b"]');
  expect(topLevelKey('["a\\"b"].c')).toBe('a"b');
  expect(topLevelKey("spec[0].x")).toBe("spec");
  expect(topLevelKey("spec.x")).toBe("spec");
});

test("the message names every changed and every replacing property once", () => {
  const response = diffResponse({
    changes: {
      "spec.selector.app": { kind: "update", replace: true },
      "spec.replicas": { kind: "add" },
      "metadata.labels": { kind: "delete" },
    },
    deleteBeforeReplace: true,
  });
  expect(response.getChanges()).toBe(providerPb.DiffResponse.DiffChanges.DIFF_SOME);
  expect(response.getDiffsList()).toEqual(["spec", "metadata"]);
  expect(response.getReplacesList()).toEqual(["spec"]);
  expect(response.getDeletebeforereplace()).toBe(true);
  const { Kind } = providerPb.PropertyDiff;
  expect(response.getDetaileddiffMap().get("spec.selector.app")?.getKind()).toBe(Kind.UPDATE_REPLACE);
  expect(response.getDetaileddiffMap().get("spec.replicas")?.getKind()).toBe(Kind.ADD);
  expect(response.getDetaileddiffMap().get("metadata.labels")?.getKind()).toBe(Kind.DELETE);
});

test("no changes are reported as none", () => {
  const response = diffResponse({ changes: inputChanges({ oldInputs: { a: [1] }, news: { a: [1] } }) });
  expect(response.getChanges()).toBe(providerPb.DiffResponse.DiffChanges.DIFF_NONE);
  expect(response.getDiffsList()).toEqual([]);
});
