import fc from "fast-check";
import { nodeSizeProblem, userPoolNameProblem, userPoolProblem, zonesProblem } from "../../../validate/nodePool.ts";

const shape = 'write {vmSize: "Standard_D2s_v5", count: 2} and, if wanted, zones: ["1", "2"]';
const pool = { vmSize: "Standard_D2s_v5", count: 2 };

describe("the name of a user pool", () => {
  test.each(["a", "apps", "apps2", "a".repeat(12)])("can be %s", (name) => {
    expect(userPoolNameProblem(name)).toBeUndefined();
  });

  test.each(["", "2apps", "my-pool", "Apps", "a".repeat(13)])("cannot be %j", (name) => {
    expect(userPoolNameProblem(name)).toBe(
      `"${name}" is not a node pool name: AKS takes 1 to 12 lower-case letters and digits, starting with a letter, e.g. "apps"`,
    );
  });

  test("is not the system pool's", () => {
    expect(userPoolNameProblem("system")).toBe('"system" is the cluster\'s own pool: use another name, e.g. "apps"');
  });
});

describe("a user pool", () => {
  test.each([
    pool,
    { ...pool, count: 0 },
    { ...pool, count: 1000 },
    { ...pool, zones: [] },
    { ...pool, zones: ["1", "3"] },
  ])("can be %j", (good) => {
    expect(userPoolProblem("apps", good)).toBeUndefined();
  });

  test.each<[unknown, string]>([
    [null, `pool "apps" is not a map: ${shape}`],
    ["Standard_D2s_v5", `pool "apps" is not a map: ${shape}`],
    [[pool], `pool "apps" is not a map: ${shape}`],
    [{}, `pool "apps" has no vmSize: ${shape}`],
    [{ count: 2 }, `pool "apps" has no vmSize: ${shape}`],
    [{ vmSize: "Standard_D2s_v5" }, `pool "apps" has no count: ${shape}`],
    [{ ...pool, count: "2" }, `pool "apps" has no count: ${shape}`],
    [{ ...pool, nodeCount: 3 }, `pool "apps" has "nodeCount", which no pool has: ${shape}`],
    [{ ...pool, zones: "1" }, `zones of pool "apps" are not a list: ${shape}`],
    [{ ...pool, zones: [1] }, 'zones of pool "apps": 1 is not a zone: use "1", "2" and "3"'],
    [{ ...pool, count: -1 }, 'count of pool "apps": -1 is out of range: use a whole number from 0 to 1000'],
    [{ ...pool, count: 1001 }, 'count of pool "apps": 1001 is out of range: use a whole number from 0 to 1000'],
    [
      { ...pool, vmSize: "D2s" },
      'vmSize of pool "apps": "D2s" is not a virtual machine size: e.g. "Standard_D2s_v5" (az vm list-sizes -l LOCATION -o table)',
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
    `"${size}" is not a virtual machine size: e.g. "Standard_D2s_v5" (az vm list-sizes -l LOCATION -o table)`,
  );
});

test.each<[unknown[], string | undefined]>([
  [[], undefined],
  [["1", "2", "3"], undefined],
  [["1", "4"], '"4" is not a zone: use "1", "2" and "3"'],
  [["westeurope-1"], '"westeurope-1" is not a zone: use "1", "2" and "3"'],
  [[null], 'null is not a zone: use "1", "2" and "3"'],
])("zones %j: %s", (zones, problem) => {
  expect(zonesProblem(zones)).toBe(problem);
});
