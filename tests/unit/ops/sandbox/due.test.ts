import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { doDue, dueSandboxes } from "../../../../ops/sandbox/due.ts";
import { tags } from "../../../../ops/sandbox/listSandboxes.ts";
import { groupsOnly, reap } from "../../../../ops/sandbox/reap.ts";
import { followSchedule } from "../../../../ops/sandbox/sleep.ts";
import { up } from "../../../../ops/sandbox/sandboxUp.ts";
import { addSandbox, backend, fakeWorld, now, type FakeWorld } from "./fakes.ts";

const future = "2026-11-24T00:00:00Z";
const options = { form: "sandbox", dryRun: false, madeByOthers: false, budget: 20, within: 50 };

/** Sandboxes sleep from eleven, an hour ago. */
function withHours(world: FakeWorld): void {
  writeFileSync(join(world.folder, "Pulumi.sandbox.yaml"), "config:\n  tarmac:sleepAt: '11:00'\n");
}
const cluster = (stack: string): FakeWorld["clusters"][number] => ({
  ...{ name: `aks-${stack}`, resourceGroup: "rg", power: "running" },
  tags: { app: "hello", stack, "managed-by": "tarmac" },
});

test("lists sandboxes that have expired or must sleep or wake, the oldest attempt first", async () => {
  const world = fakeWorld();
  withHours(world);
  addSandbox(world, "sandbox-expired").tags[tags.tried] = "2026-11-23T11:30:00Z";
  addSandbox(world, "sandbox-late", future);
  addSandbox(world, "sandbox-awake", future).tags[tags.turned] = "2026-11-23T11:30:00Z";
  addSandbox(world, "sandbox-endless", "never").tags[tags.turned] = now.toISOString();
  const { due, rest, failed } = await dueSandboxes(world.context, "sandbox");
  expect(due).toEqual(["sandbox-late", "sandbox-expired"]);
  expect(rest.map(({ stack }) => stack)).toEqual(["sandbox-endless", "sandbox-awake"]);
  expect(failed).toEqual([]);
});

test("lists as many as a matrix accepts, however many stacks there are", async () => {
  const world = fakeWorld();
  for (let number = 0; number < 105; number++) addSandbox(world, `sandbox-${number}`);
  const { due, rest } = await dueSandboxes(world.context, "sandbox");
  expect([due.length, rest.length]).toEqual([100, 5]);
});

test("reports unreadable hours, and lists the other sandboxes", async () => {
  const world = fakeWorld();
  writeFileSync(join(world.folder, "Pulumi.sandbox.yaml"), "config:\n  tarmac:sleepAt: noon\n");
  addSandbox(world, "sandbox-expired");
  addSandbox(world, "sandbox-odd", future);
  const { due, failed } = await dueSandboxes(world.context, "sandbox");
  expect(due).toEqual(["sandbox-expired"]);
  expect(failed).toEqual([{ stack: "sandbox-odd", reason: expect.stringContaining("noon") as string }]);
});

test("takes down only a sandbox that has expired", async () => {
  const world = fakeWorld();
  for (const name of ["a", "b"]) addSandbox(world, `sandbox-${name}`);
  const { reaping, schedule } = await doDue(world.context, "a", options);
  expect(reaping?.reaped).toMatchObject([{ stack: "sandbox-a", result: { left: [] } }]);
  expect(schedule).toBeUndefined();
  expect([...world.stacks.keys()]).toEqual(["dev", "sandbox-b"]);
});

test("stops a sandbox at its time, unless somebody extended, woke or deleted it meanwhile", async () => {
  const world = fakeWorld();
  withHours(world);
  world.clusters = [cluster("sandbox-a"), cluster("sandbox-b")];
  addSandbox(world, "sandbox-a", future);
  addSandbox(world, "sandbox-b", future).tags[tags.turned] = now.toISOString();
  expect((await doDue(world.context, "sandbox-a", options)).schedule?.turned).toEqual([
    { stack: "sandbox-a", power: "stopped" },
  ]);
  expect(await doDue(world.context, "b", options)).toEqual({ schedule: { turned: [], failed: [] } });
  expect(await doDue(world.context, "gone", options)).toEqual({});
  expect(world.clusters.map(({ power }) => power)).toEqual(["stopped", "running"]);
});

test("skips a sandbox while somebody updates it by hand, until an hour after a killed update", async () => {
  const world = fakeWorld();
  withHours(world);
  world.clusters = [cluster("sandbox-a")];
  const sandbox = addSandbox(world, "sandbox-a", future);
  sandbox.tags[tags.updating] = "2026-11-23T11:10:00Z";
  expect((await dueSandboxes(world.context, "sandbox")).due).toEqual([]);
  expect((await followSchedule(world.context, "sandbox", [])).turned).toEqual([]);
  sandbox.tags[tags.updating] = "2026-11-23T10:50:00Z";
  expect((await dueSandboxes(world.context, "sandbox")).due).toEqual(["sandbox-a"]);
});

test.each([undefined, "the update failed"])("an update records its start and its end (%s)", async (failure) => {
  const world = fakeWorld();
  addSandbox(world, "sandbox-a", future);
  world.failures = [failure];
  const during: (string | undefined)[] = [];
  const { cli } = world.context;
  world.context.cli = {
    ...cli,
    work: (args, env) => {
      during.push(world.stacks.get("sandbox-a")?.tags[tags.updating]);
      return cli.work(args, env);
    },
  };
  const update = up(world.context, "a", { lifetime: 60, owner: "jo", form: "sandbox" });
  await (failure === undefined ? update : expect(update).rejects.toThrow(failure));
  expect(during).toEqual([now.toISOString()]);
  expect(world.stacks.get("sandbox-a")?.tags).not.toHaveProperty([tags.updating]);
});

test("groups without a stack are deleted separately", async () => {
  const world = fakeWorld();
  addSandbox(world, "sandbox-a");
  const group = { app: "hello", stack: "sandbox-old", expires: "2026-11-23T10:00:00Z", owner: "jo" };
  world.azure.groups = [
    { id: "rg-old", name: "rg-old", tags: { ...group, "managed-by": "tarmac", "tarmac-backend": backend } },
  ];
  const { reaped, kept } = await reap(world.context, { ...options, only: groupsOnly });
  expect(reaped).toMatchObject([{ stack: "sandbox-old" }]);
  expect([kept, world.azure.groups, [...world.stacks.keys()]]).toEqual([[], [], ["dev", "sandbox-a"]]);
});
