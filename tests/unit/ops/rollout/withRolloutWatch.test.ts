import { PulumiFailed } from "../../../../ops/pulumi/pulumiCli.ts";
import type { Obstacle } from "../../../../ops/rollout/outlook.ts";
import { type Watch, withRolloutWatch } from "../../../../ops/rollout/withRolloutWatch.ts";

const obstacle = {
  finding: { code: "secret-missing", title: 'The Secret "login" does not exist' },
} as Obstacle;

/** An update that waits until it is interrupted, like Pulumi. */
const waiting = (interrupted: AbortSignal) =>
  new Promise<void>((_, reject) => {
    interrupted.addEventListener("abort", () => reject(new PulumiFailed("update canceled")));
  });

/** A watch that sees nothing until it is ended. */
const quiet: Watch = (signal) =>
  new Promise((resolve) => signal.addEventListener("abort", () => resolve(undefined), { once: true }));

const said: string[] = [];
const say = (line: string) => void said.push(line);
beforeEach(() => said.splice(0));

it("interrupts an update that waiting cannot fix, and fails with the cause", async () => {
  const reason = 'waiting cannot fix secret-missing (The Secret "login" does not exist)';
  const failure = await withRolloutWatch(() => Promise.resolve(obstacle), say, waiting).catch(
    (error: unknown) => error,
  );
  expect(failure).toEqual(new PulumiFailed(`interrupted: ${reason}`));
  expect((failure as Error).cause).toEqual(new PulumiFailed("update canceled"));
  expect(said).toEqual([`doctor: interrupting the update: ${reason}`]);
});

it("ends the watch with the update", async () => {
  let ended = false;
  const watch: Watch = (signal) => quiet(signal).finally(() => (ended = true));
  await withRolloutWatch(watch, say, () => Promise.resolve());
  await Promise.resolve();
  expect({ ended, said }).toEqual({ ended: true, said: [] });
});

it("keeps an update's own failure", async () => {
  const failure = new PulumiFailed("a policy was violated");
  await expect(withRolloutWatch(quiet, say, () => Promise.reject(failure))).rejects.toBe(failure);
});

it("does not interrupt an update when the watch fails", async () => {
  let finish = () => {};
  const done = withRolloutWatch(
    () => Promise.reject(new Error("boom")),
    say,
    () => new Promise((resolve) => (finish = resolve)),
  );
  await new Promise((resolve) => setImmediate(resolve));
  finish();
  await done;
  expect(said).toEqual(["doctor: stopped watching the rollout: Error: boom"]);
});
