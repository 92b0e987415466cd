/** Small functions that several causes use. */
import { allows } from "../../../../ops/doctor/azure/rolePermissions.ts";
import { nearest } from "../../../../ops/doctor/nearest.ts";
import { editDistance } from "../../../../validate/editDistance.ts";
import { amount, gibibytes, mebibytes, millicores } from "../../../../ops/doctor/resourceAmount.ts";
import { candidates } from "../../../../ops/doctor/facts/suitability.ts";
import { node, pod } from "./exampleObservations.ts";

it("finds what a role allows in its definition, including custom roles", () => {
  const pull = "Microsoft.ContainerRegistry/registries/pull/read";
  expect(allows([{ actions: [pull] }], pull, "action")).toBe(true);
  expect(allows([{ actions: ["*/read"] }], pull, "action")).toBe(true);
  expect(allows([{ actions: ["Microsoft.ContainerRegistry/*"] }], pull, "action")).toBe(true);
  expect(allows([{ actions: ["*"], notActions: ["*/pull/read"] }], pull, "action")).toBe(false);
  expect(allows([{ actions: ["*"] }], pull, "dataAction")).toBe(false);
  expect(allows([], pull, "action")).toBe(false);
});

it("finds the intended name", () => {
  expect(editDistance("v1.2.3", "v1.2.4")).toBe(1);
  expect(editDistance("", "abc")).toBe(3);
  expect(nearest("v1.2.3", ["latest", "v1.2.4", "v2"], 2)).toEqual(["v1.2.4", "v2"]);
});

it.each([
  ["500m", 0.5],
  ["2", 2],
  ["128Mi", 128 * 2 ** 20],
  ["1G", 1e9],
  ["1500000n", 0.0015],
  ["", undefined],
  [undefined, undefined],
  ["lots", undefined],
])("reads %s", (quantity, expected) => {
  expect(amount(quantity)).toBe(expected);
});

it("writes what Kubernetes reads", () => {
  expect([mebibytes(512 * 2 ** 20), millicores(0.25), millicores(1000), gibibytes(64 * 2 ** 30)]).toEqual([
    "512Mi",
    "250m",
    "1000",
    "64Gi",
  ]);
});

describe("the node that would accept a pod", () => {
  const obstacles = (spec: object, ...nodes: Parameters<typeof candidates>[1][number][]) =>
    candidates(pod("web-1", { spec }), nodes).map(({ obstacle }) => obstacle?.kind);
  const tainted = node("node-1", { taints: [{ key: "team", value: "a", effect: "NoSchedule" }] });
  const cordoned = node("node-1", { taints: [{ key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" }] });

  it("is selected by labels", () => {
    const linux = "kubernetes.io/os";
    const term = (operator: string, values?: string[]) => ({
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: linux, operator, values }] }],
          },
        },
      },
    });
    expect(obstacles({ nodeSelector: { [linux]: "linux" } }, node())).toEqual([undefined]);
    expect(obstacles({ nodeSelector: { [linux]: "windows" } }, node())).toEqual([]);
    expect(obstacles(term("In", ["linux"]), node())).toEqual([undefined]);
    expect(obstacles(term("NotIn", ["linux"]), node())).toEqual([]);
    expect(obstacles(term("Exists"), node())).toEqual([undefined]);
    expect(obstacles(term("DoesNotExist"), node())).toEqual([]);
  });

  it("is selected by taints and the pod's tolerations", () => {
    expect(obstacles({}, tainted)).toEqual(["taint"]);
    expect(obstacles({}, cordoned)).toEqual(["cordoned"]);
    expect(obstacles({ tolerations: [{ operator: "Exists" }] }, tainted, cordoned)).toEqual([undefined, undefined]);
    expect(obstacles({ tolerations: [{ key: "team", value: "a" }] }, tainted)).toEqual([undefined]);
    expect(obstacles({ tolerations: [{ key: "team", value: "b" }] }, tainted)).toEqual(["taint"]);
    expect(obstacles({ tolerations: [{ key: "team", value: "a", effect: "NoExecute" }] }, tainted)).toEqual(["taint"]);
  });
});
