import fc from "fast-check";
import { nodeSizeProblem, userPoolNameProblem, userPoolProblem, zonesProblem } from "../../../validate/nodePool.ts";

const shape =
  'use {vmSize: "Standard_D2s_v5", count: 2} or {vmSize: ..., minCount: 1, maxCount: 5}, and optionally ' +
  'zones: ["1", "2"], spot: true, labels: {key: "value"}, taints: ["key=value:NoSchedule"], maxPods: 110, osDiskSizeGB: 128';
const size = "set count for a fixed size, or minCount and maxCount for the autoscaler";
const taint =
  'is not a taint: use KEY=VALUE:EFFECT with NoSchedule, PreferNoSchedule, or NoExecute, e.g. "team=data:NoSchedule"';
const pool = { vmSize: "Standard_D2s_v5", count: 2 };

describe("the name of a user pool", () => {
  test.each(["a", "apps", "apps2", "a".repeat(12)])("can be %s", (name) => {
    expect(userPoolNameProblem(name)).toBeUndefined();
  });

  test.each(["", "2apps", "my-pool", "Apps", "a".repeat(13)])("cannot be %j", (name) => {
    expect(userPoolNameProblem(name)).toBe(
      `"${name}" is not a node pool name: use 1 to 12 lower-case letters and digits, starting with a letter, e.g. "apps"`,
    );
  });

  test("is not the system pool's", () => {
    expect(userPoolNameProblem("system")).toBe(
      '"system" is the name of the system pool: use another name, e.g. "apps"',
    );
  });
});

describe("a user pool", () => {
  test.each([
    pool,
    { ...pool, count: 0 },
    { ...pool, count: 1000 },
    { ...pool, zones: [] },
    { ...pool, zones: ["1", "3"] },
    { vmSize: pool.vmSize, minCount: 0, maxCount: 5, spot: true },
    { ...pool, labels: { "example.com/team": "data", empty: "" }, taints: ["team=data:NoSchedule", "gpu=:NoExecute"] },
    { ...pool, maxPods: 250, osDiskSizeGB: 30 },
  ])("can be %j", (good) => {
    expect(userPoolProblem("apps", good)).toBeUndefined();
  });

  test.each<[unknown, string]>([
    [null, `pool "apps" is not a map: ${shape}`],
    ["Standard_D2s_v5", `pool "apps" is not a map: ${shape}`],
    [[pool], `pool "apps" is not a map: ${shape}`],
    [{}, `pool "apps" has no vmSize: ${shape}`],
    [{ count: 2 }, `pool "apps" has no vmSize: ${shape}`],
    [{ vmSize: "Standard_D2s_v5" }, `pool "apps": it has no count: ${size}`],
    [{ ...pool, vmSize: 2 }, 'vmSize of pool "apps": 2 is not a string'],
    [{ ...pool, count: "2" }, 'count of pool "apps": "2" is not a number'],
    [{ ...pool, minCount: 1 }, `pool "apps": it has count and minCount: ${size}, not both`],
    [{ ...pool, maxCount: 1 }, `pool "apps": it has count and maxCount: ${size}, not both`],
    [{ vmSize: pool.vmSize, minCount: 1 }, `pool "apps": it has minCount and no maxCount: ${size}`],
    [{ vmSize: pool.vmSize, maxCount: 1 }, `pool "apps": it has maxCount and no minCount: ${size}`],
    [
      { vmSize: pool.vmSize, minCount: 3, maxCount: 2 },
      'pool "apps": minCount 3 is greater than maxCount 2: use a smaller minCount or a larger maxCount',
    ],
    [
      { vmSize: pool.vmSize, minCount: 0, maxCount: 0 },
      'pool "apps": maxCount 0 is out of range: use a whole number from 1 to 1000',
    ],
    [{ ...pool, spot: "yes" }, 'spot of pool "apps": "yes" is not true or false'],
    [{ ...pool, labels: ["a"] }, 'labels of pool "apps": ["a"] is not a map, e.g. {team: "data"}'],
    [{ ...pool, labels: { "-": "a" } }, 'labels of pool "apps": "-" is not a label key: use e.g. "team"'],
    [
      { ...pool, labels: { team: 1 } },
      'labels of pool "apps": 1 is not a label value: put it in quotes, and use letters, digits, "-", "_", and ".", e.g. "data"',
    ],
    [
      { ...pool, labels: { "kubernetes.azure.com/mode": "system" } },
      'labels of pool "apps": "kubernetes.azure.com/mode" is a label that AKS sets: use another key',
    ],
    [
      { ...pool, taints: "a=b:NoSchedule" },
      'taints of pool "apps": "a=b:NoSchedule" is not a list, e.g. ["key=value:NoSchedule"]',
    ],
    [{ ...pool, taints: ["a=b"] }, `taints of pool "apps": "a=b" ${taint}`],
    [{ ...pool, maxPods: 5 }, 'maxPods of pool "apps": 5 is out of range: use a whole number from 10 to 250'],
    [
      { ...pool, osDiskSizeGB: 8 },
      'osDiskSizeGB of pool "apps": 8 is out of range: use a whole number from 30 to 2048',
    ],
    [{ ...pool, nodeCount: 3 }, `pool "apps" has "nodeCount", which is not a property of a pool: ${shape}`],
    [{ ...pool, zones: "1" }, 'zones of pool "apps": "1" is not a list, e.g. ["1", "2"]'],
    [{ ...pool, zones: [1] }, 'zones of pool "apps": 1 is not a zone: use "1", "2", or "3"'],
    [{ ...pool, count: -1 }, 'pool "apps": count -1 is out of range: use a whole number from 0 to 1000'],
    [{ ...pool, count: 1001 }, 'pool "apps": count 1001 is out of range: use a whole number from 0 to 1000'],
    [
      { ...pool, vmSize: "D2s" },
      'vmSize of pool "apps": "D2s" is not a virtual machine size: use e.g. "Standard_D2s_v5"; list them with az vm list-sizes -l LOCATION -o table',
    ],
  ])("cannot be %j", (bad, problem) => {
    expect(userPoolProblem("apps", bad)).toBe(problem);
  });

  test("that is anything at all has a problem rather than an exception", () => {
    fc.assert(
      fc.property(fc.string(), fc.jsonValue(), (name, anything) => {
        expect(typeof userPoolProblem(name, anything)).toBe("string");
      }),
    );
  });
});

test.each(["Standard_D2s_v5", "Standard_B2ms", "Standard_NC24ads_A100_v4", "Standard_M8-2ms"])(
  "%s is a size",
  (size) => {
    expect(nodeSizeProblem(size)).toBeUndefined();
  },
);

test.each(["", "D2s_v5", "standard_D2s_v5", "Standard_", "Standard_D2s v5"])("%j is no size", (size) => {
  expect(nodeSizeProblem(size)).toBe(
    `"${size}" is not a virtual machine size: use e.g. "Standard_D2s_v5"; list them with az vm list-sizes -l LOCATION -o table`,
  );
});

test.each<[unknown[], string | undefined]>([
  [[], undefined],
  [["1", "2", "3"], undefined],
  [["1", "4"], '"4" is not a zone: use "1", "2", or "3"'],
  [["westeurope-1"], '"westeurope-1" is not a zone: use "1", "2", or "3"'],
  [[null], 'null is not a zone: use "1", "2", or "3"'],
])("zones %j: %s", (zones, problem) => {
  expect(zonesProblem(zones)).toBe(problem);
});
