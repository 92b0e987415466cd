/** Rollouts and evictions under load lose no request. */
import { replaceUnderLoad } from "../../bench/rollout/scenario.ts";
import { total, type PhaseReport } from "../../bench/load/httpLoad.ts";
import { ownStack, type OwnStack } from "./ownStack.ts";
import { start } from "./localStack.ts";

const replicas = 2;
let stack: OwnStack | undefined;
let phases: PhaseReport[];

beforeAll(async () => {
  await start();
  stack = await ownStack("rollout", { replicas });
  await stack.up();
  phases = await replaceUnderLoad(stack, { replicas });
});

afterAll(() => stack?.remove());

it("loses no request in three rollouts and the eviction of every pod", () => {
  expect(phases.map(({ phase, failures }) => ({ phase, failures }))).toEqual([
    { phase: "at rest", failures: {} },
    { phase: "rollout of a setting", failures: {} },
    { phase: "rollout of an image", failures: {} },
    { phase: "second rollout of a setting", failures: {} },
    { phase: "eviction of every pod", failures: {} },
  ]);
});

it("sent enough requests to lose some", () => {
  expect(total(phases).requests).toBeGreaterThan(30_000);
  for (const { requests } of phases) expect(requests).toBeGreaterThan(500);
});
