/** A service is changed and its pods are moved while clients use it, and none of them notices. */
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

it("loses no request in three rollouts and an eviction of every pod", () => {
  expect(phases.map(({ phase, failures }) => ({ phase, failures }))).toEqual([
    { phase: "at rest", failures: {} },
    { phase: "rollout of a setting", failures: {} },
    { phase: "rollout of an image", failures: {} },
    { phase: "rollout of a setting again", failures: {} },
    { phase: "eviction, pod after pod", failures: {} },
  ]);
});

it("had enough of them to lose some", () => {
  expect(total(phases).requests).toBeGreaterThan(30_000);
  for (const { requests } of phases) expect(requests).toBeGreaterThan(500);
});
