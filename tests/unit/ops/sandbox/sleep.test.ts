import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PoweredCluster } from "../../../../ops/azure/clusterPower.ts";
import { backendTag } from "../../../../ops/azure/marks.ts";
import { extend } from "../../../../ops/sandbox/extend.ts";
import { listSandboxes, tags } from "../../../../ops/sandbox/listSandboxes.ts";
import { followSchedule, powersOf, setPower } from "../../../../ops/sandbox/sleep.ts";
import { listReport, scheduleReport } from "../../../../ops/sandbox/sandboxText.ts";
import { up } from "../../../../ops/sandbox/sandboxUp.ts";
import { addSandbox, backend, fakeWorld, now, type FakeWorld } from "./fakes.ts";

const cluster = (
  stack: string,
  power: PoweredCluster["power"] = "running",
  more: Record<string, string> = {},
): PoweredCluster => ({
  ...{ name: `aks-${stack}`, resourceGroup: "rg", power },
  tags: { app: "hello", stack, "managed-by": "tarmac", ...more },
});
/** Clusters of the same stack name: of another app, and of a repository with another state backend. */
const others = (stack: string, power: PoweredCluster["power"] = "running") => [
  cluster(stack, power, { app: "other" }),
  cluster(stack, power, { [backendTag]: "f00" }),
];
const settings = (world: FakeWorld, stack: string, config: object) =>
  writeFileSync(join(world.folder, `Pulumi.${stack}.yaml`), JSON.stringify({ config }));
/** At noon on a Monday, in a zone where it is late. */
const outOfHours = { "tarmac:sleepAt": "19:00", "tarmac:wakeAt": "07:00", "tarmac:sleepTimeZone": "Asia/Tokyo" };
const future = "2026-11-24T00:00:00Z";

test("a sandbox sleeps and wakes, and its schedule is updated", async () => {
  const world = fakeWorld();
  const sandbox = addSandbox(world, "sandbox-x", future);
  world.clusters = [cluster("sandbox-x"), cluster("dev")];
  expect(await setPower(world.context, "x", "sleep", "sandbox")).toEqual({ stack: "sandbox-x", power: "stopped" });
  expect(world.clusters.map(({ power }) => power)).toEqual(["stopped", "running"]);
  expect(sandbox.tags[tags.turned]).toBe(now.toISOString());
  expect(await setPower(world.context, "sandbox-x", "wake", "sandbox")).toEqual({
    ...{ stack: "sandbox-x", power: "running" },
  });
});

test("keeps clusters of another app or repository with the same stack name", async () => {
  const world = fakeWorld();
  settings(world, "dev", { "tarmac:sleepAt": "19:00" });
  addSandbox(world, "sandbox-x", future);
  world.clusters = [
    ...others("sandbox-x"),
    ...others("dev"),
    cluster("sandbox-x", "running", { [backendTag]: backend }),
  ];
  const powers = () => world.clusters.map(({ power }) => power);
  await setPower(world.context, "x", "sleep", "sandbox");
  expect(powers()).toEqual(["running", "running", "running", "running", "stopped"]);
  await expect(setPower(world.context, "dev", "sleep", "sandbox")).rejects.toThrow("dev has no cluster of its own");
  settings(world, "dev", { "tarmac:sleepAt": "19:00", "tarmac:appName": "other" });
  await setPower(world.context, "dev", "sleep", "sandbox");
  expect(powers()).toEqual(["running", "running", "stopped", "running", "stopped"]);
});

test("an update wakes no shared cluster, and the list does not show its power state", async () => {
  const world = fakeWorld();
  addSandbox(world, "sandbox-x", future);
  world.clusters = others("sandbox-x", "stopped");
  expect(await powersOf(world.context, "sandbox")).toEqual(new Map());
  await up(world.context, "x", { lifetime: 60, owner: "jo", form: "sandbox" });
  expect(world.clusters.map(({ power }) => power)).toEqual(["stopped", "stopped"]);
});

test("another stack sleeps only if its settings say so", async () => {
  const world = fakeWorld();
  world.clusters = [cluster("dev")];
  await expect(setPower(world.context, "dev", "sleep", "sandbox")).rejects.toThrow(
    'stack "dev" is not a sandbox, and its setting sleepAt is not set: pulumi config set sleepAt 19:00 --stack dev',
  );
  settings(world, "dev", { "tarmac:sleepAt": "19:00" });
  expect(await setPower(world.context, "dev", "sleep", "sandbox")).toEqual({ stack: "dev", power: "stopped" });
  await expect(setPower(world.context, "nowhere", "sleep", "sandbox")).rejects.toThrow(
    'no sandbox and no stack is named "nowhere"',
  );
});

test("a sandbox on a shared cluster does not sleep", async () => {
  const world = fakeWorld();
  addSandbox(world, "sandbox-x", future);
  await expect(setPower(world.context, "x", "sleep", "sandbox")).rejects.toThrow(
    "sandbox-x has no cluster of its own: one that others use as well does not sleep",
  );
});

test("the schedule processes every due sandbox, even if another one fails", async () => {
  const world = fakeWorld();
  settings(world, "sandbox", outOfHours);
  addSandbox(world, "sandbox-due", future);
  addSandbox(world, "sandbox-without", future);
  addSandbox(world, "sandbox-done", future).tags[tags.turned] = "2026-11-23T11:00:00Z";
  addSandbox(world, "sandbox-expired");
  world.clusters = ["sandbox-due", "sandbox-done", "sandbox-expired"].map((stack) => cluster(stack));
  const result = await followSchedule(world.context, "sandbox", []);
  expect(scheduleReport(result)).toBe(
    [
      "sandbox-due sleeps",
      "sandbox-without did not change: sandbox-without has no cluster of its own: one that others use as well does not sleep",
    ].join("\n"),
  );
  expect(world.clusters.map(({ power }) => power)).toEqual(["stopped", "running", "running"]);
  expect(scheduleReport(await followSchedule(world.context, "sandbox", ["due"]))).toBe("nothing is due");
});

test("the schedule of named stacks wakes them too, and skips those without hours", async () => {
  const world = fakeWorld();
  settings(world, "dev", { "tarmac:sleepAt": "19:00", "tarmac:wakeAt": "07:00" });
  addSandbox(world, "sandbox-x", future);
  world.clusters = [cluster("dev", "stopped"), cluster("sandbox-x")];
  const result = await followSchedule(world.context, "sandbox", ["dev", "x", "nowhere"]);
  expect(scheduleReport(result)).toBe(
    ["dev runs again", 'nowhere did not change: no sandbox and no stack is named "nowhere"'].join("\n"),
  );
});

test("an update of a sleeping sandbox wakes it first", async () => {
  const world = fakeWorld();
  addSandbox(world, "sandbox-x", future);
  world.clusters = [cluster("sandbox-x", "stopped")];
  await up(world.context, "x", { lifetime: 60, owner: "jo", form: "sandbox" });
  expect(world.said).toContain("sandbox-x sleeps: starting its cluster aks-sandbox-x, which takes some minutes");
  expect(world.clusters[0]?.power).toBe("running");
});

test("a sleeping sandbox is extended only in its tag, which counts", async () => {
  const world = fakeWorld();
  const sandbox = addSandbox(world, "sandbox-x", future);
  world.clusters = [cluster("sandbox-x", "stopped")];
  expect(await extend(world.context, "x", 120, "sandbox")).toBe("2026-11-23T14:00:00Z");
  expect(sandbox.tags[tags.expires]).toBe("2026-11-23T14:00:00Z");
  expect(world.commands.filter((command) => command.startsWith("up "))).toEqual([]);
  expect(world.said).toEqual(["sandbox-x sleeps: its tag in Azure follows with the next update"]);
});

test("the list shows which sleep, and works without Azure's answer", async () => {
  const world = fakeWorld();
  addSandbox(world, "sandbox-x", future);
  addSandbox(world, "sandbox-y", future);
  world.clusters = [cluster("sandbox-x", "stopped")];
  const sandboxes = await listSandboxes(world.context.cli);
  const shown = listReport(sandboxes, await powersOf(world.context, "sandbox"), now).split("\n");
  expect(shown.map((line) => line.split(/ {2,}/)[4])).toEqual(["CLUSTER", "stopped", "-"]);
  world.context.power = () => Promise.reject(new Error("no subscription"));
  expect(await powersOf(world.context, "sandbox")).toEqual(new Map());
});
