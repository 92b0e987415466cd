import type Docker from "dockerode";
import { boundedBy, withinMachine } from "../../../../ops/checkImage/machineBounds.ts";
import { conditions } from "./faultlessEvidence.ts";

it("runs with the CPUs of the machine if more are requested, and says so", () => {
  const bounded = boundedBy({ ...conditions, cpus: 16 }, 2);
  expect(bounded.conditions.cpus).toBe(2);
  expect(bounded.bounds).toEqual([
    "the CPU limit is 16, and this machine has 2: it ran with 2, so it may start and answer faster on a node",
  ]);
});

it("runs with Docker's minimum if less is requested", () => {
  const bounded = boundedBy({ ...conditions, cpus: 0.005, memory: 4 * 2 ** 20 }, 2);
  expect(bounded.conditions).toMatchObject({ cpus: 0.01, memory: 6 * 2 ** 20 });
  expect(bounded.bounds).toHaveLength(2);
});

it("changes nothing that the machine can provide", () => {
  expect(boundedBy(conditions, 2)).toEqual({ conditions, bounds: [] });
});

it("asks the engine, which may run on another machine", async () => {
  const docker = (info: object) => ({ info: () => Promise.resolve(info) }) as unknown as Docker;
  await expect(withinMachine(docker({ NCPU: 4 }), { ...conditions, cpus: 16 })).resolves.toMatchObject({
    cpus: 4,
    conditions: { cpus: 4 },
  });
  await expect(withinMachine(docker({}), { ...conditions, cpus: 16 })).resolves.toMatchObject({ bounds: [] });
});
