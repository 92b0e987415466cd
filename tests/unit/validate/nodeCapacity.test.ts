import { allocatableCpus, allocatableMemory, podsOn } from "../../../validate/nodeCapacity.ts";

const size = { architecture: "amd64", isBurstable: false } as const;

test.each([
  [0, 0],
  [1, 0.94],
  [2, 1.9],
  [4, 3.86],
  [8, 7.82],
  [16, 15.74],
  [32, 31.58],
  [64, 63.26],
  [96, 95.26],
])("of %d vCPUs, AKS leaves %d to pods", (cpus, left) => {
  expect(allocatableCpus(cpus)).toBeCloseTo(left, 9);
});

test("AKS reserves 20 MB for each pod and 50 MB, and never more than a quarter of the memory", () => {
  expect(allocatableMemory(8, 30)).toBe(8 * 2 ** 30 - 650e6 - 100 * 2 ** 20);
  expect(allocatableMemory(8)).toBe(6 * 2 ** 30 - 100 * 2 ** 20);
});

test("the number of pods on a node depends on its CPUs, its memory, and its pool", () => {
  const machine = { ...size, cpus: 2, memory: 8 };
  expect(podsOn(machine, { cpu: 0.1, memory: 2 ** 20 })).toBe(19);
  expect(podsOn(machine, { cpu: 0.001, memory: 2 ** 30 })).toBe(5);
  expect(podsOn(machine, { cpu: 0.001, memory: 2 ** 20 }, 30)).toBe(30);
  expect(podsOn(machine, { cpu: 2, memory: 2 ** 20 })).toBe(0);
});

test("of an unknown size, the number of pods is unknown", () => {
  expect(podsOn({ ...size, cpus: 6 }, { cpu: 1, memory: 1 })).toBeUndefined();
  expect(podsOn(size, { cpu: 1, memory: 1 })).toBeUndefined();
});
