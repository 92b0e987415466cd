import fc from "fast-check";
import {
  allPoolsProblem,
  type PoolSize,
  userPoolNameProblem,
  userPoolProblems,
  zonesProblem,
} from "../../../validate/nodePoolRules.ts";

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
    { ...pool, labels: { "node.kubernetes.io/web": "", "disk.node.kubernetes.io/type": "ssd" } },
  ])("can be %j", (good) => {
    expect(userPoolProblems("apps", good)).toEqual([]);
  });

  test.each<[unknown, ...string[]]>([
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
      'vmSize of pool "apps": "D2s" is not a virtual machine size: use e.g. "Standard_D2s_v5"; list them with az vm list-skus -l LOCATION --resource-type virtualMachines -o table',
    ],
    [
      { ...pool, vmSize: 2, zones: ["4"], labels: { "-": "a" } },
      'vmSize of pool "apps": 2 is not a string',
      'zones of pool "apps": "4" is not a zone: use "1", "2", or "3"',
      'labels of pool "apps": "-" is not a label key: use e.g. "team"',
    ],
    [
      { ...pool, labels: { "node-role.kubernetes.io/web": "", "example.k8s.io/role": "web", agentpool: "a" } },
      'labels of pool "apps": "node-role.kubernetes.io/web" is a label that nodes may not set on themselves: use another domain, e.g. "example.com/web"',
      'labels of pool "apps": "example.k8s.io/role" is a label that nodes may not set on themselves: use another domain, e.g. "example.com/role"',
      'labels of pool "apps": "agentpool" is a label that AKS sets: use another key',
    ],
    [
      { ...pool, labels: { "example..com/team": "data" } },
      'labels of pool "apps": "example..com/team" is not a label key: use e.g. "team"',
    ],
    [
      { ...pool, spot: true, taints: ["kubernetes.azure.com/scalesetpriority=spot:NoSchedule"] },
      'taints of pool "apps": "kubernetes.azure.com/scalesetpriority=spot:NoSchedule" is added to a spot pool by AKS (taints must be unique): remove it',
    ],
    [
      { ...pool, taints: ["kubernetes.azure.com/scalesetpriority=spot:NoSchedule"] },
      'taints of pool "apps": "kubernetes.azure.com/scalesetpriority=spot:NoSchedule" is the taint of spot pools: set spot: true, or use another key',
    ],
    [
      { ...pool, taints: ["team=data:NoSchedule", "team=web:NoSchedule", "team=web:NoExecute"] },
      'taints of pool "apps": "team:NoSchedule" is listed twice, and taints must be unique by key and effect: remove one',
    ],
    [{ ...pool, taints: ["team =data:NoSchedule"] }, `taints of pool "apps": "team =data:NoSchedule" ${taint}`],
  ])("cannot be %j", (bad, ...problems) => {
    expect(userPoolProblems("apps", bad)).toEqual(problems);
  });

  test("of any shape has a problem instead of throwing", () => {
    fc.assert(
      fc.property(fc.string(), fc.jsonValue(), (name, anything) => {
        expect(userPoolProblems(name, anything)).not.toEqual([]);
      }),
    );
  });
});

test.each<[unknown[], string[]]>([
  [[], []],
  [["1", "2", "3"], []],
  [["1", "4"], ['"4" is not a zone: use "1", "2", or "3"']],
  [
    ["westeurope-1", null],
    ['"westeurope-1" is not a zone: use "1", "2", or "3"', 'null is not a zone: use "1", "2", or "3"'],
  ],
  [["1", "2", "1"], ['"1" is listed twice: list each zone once']],
])("zones %j: %j", (zones, problems) => {
  expect(zonesProblem(zones)).toEqual(problems);
});

describe("all pools of a cluster", () => {
  const pools = (number: number, size: PoolSize) => Array.from({ length: number }, () => size);

  test("are at most 100, with at most 5,000 nodes", () => {
    expect(allPoolsProblem(pools(100, { count: 50 }))).toBeUndefined();
    expect(allPoolsProblem([{ count: 2 }, ...pools(5, { minCount: 0, maxCount: 1000 })])).toBe(
      "the pools at maximum size have 5002 nodes, and AKS gives a cluster at most 5000: use smaller pools, or several clusters",
    );
    expect(allPoolsProblem(pools(101, { count: 1 }))).toBe(
      "101 pools with the system pool are more than 100, the most that AKS gives a cluster: merge pools of the same size",
    );
  });
});
