import { PulumiFailed, PulumiKilled } from "../../../../ops/pulumi/pulumiCli.ts";
import { backendMark } from "../../../../ops/sandbox/backendMark.ts";
import { backendTag } from "../../../../ops/azure/marks.ts";
import { leftOverLock } from "../../../../ops/sandbox/leftOverLock.ts";
import { tags } from "../../../../ops/sandbox/listSandboxes.ts";
import { reap } from "../../../../ops/sandbox/reap.ts";
import { reapReport } from "../../../../ops/sandbox/sandboxText.ts";
import { timeBudget } from "../../../../ops/sandbox/timeBudget.ts";
import { addSandbox, backend, fakeWorld, now, type FakeWorld } from "./fakes.ts";

/** A tenth of a second per sandbox. */
const options = { form: "sandbox", dryRun: false, madeByOthers: false, budget: 0.1 / 60, within: 50 };
const gaveUp = "gave up after 0.0016666666666666668 min; the next run tries the others first";

/** Deletions of this stack never end by themselves. */
function hang(world: FakeWorld, stack: string, ended: () => Promise<void> = () => new Promise(() => undefined)): void {
  const { cli } = world.context;
  world.context.cli = {
    ...cli,
    work: (args, env) => (args.includes(stack) && args[0] === "destroy" ? ended() : cli.work(args, env)),
  };
}

const destroyed = (world: FakeWorld) =>
  world.commands.flatMap((command) => /^destroy .*--stack (\S+)$/.exec(command)?.[1] ?? []);

test("a sandbox that hangs uses only its own time", async () => {
  const world = fakeWorld();
  for (const name of ["a", "b"]) addSandbox(world, `sandbox-${name}`);
  hang(world, "sandbox-a");
  const { reaped } = await reap(world.context, options);
  expect(reaped).toMatchObject([
    { stack: "sandbox-a", result: { failed: gaveUp } },
    { stack: "sandbox-b", result: { left: [] } },
  ]);
  expect(world.commands).not.toContain("cancel --yes --stack sandbox-a");
});

test("the next run starts with the oldest attempt, and records each attempt", async () => {
  const world = fakeWorld();
  const tried = { a: "2026-11-23T11:30:00Z", b: "2026-11-23T10:30:00Z", c: undefined, d: undefined };
  for (const [name, time] of Object.entries(tried)) {
    const stack = addSandbox(world, `sandbox-${name}`, name === "d" ? "2026-11-23T09:00:00Z" : undefined);
    if (time !== undefined) stack.tags[tags.tried] = time;
  }
  await reap(world.context, options);
  expect(destroyed(world)).toEqual(["sandbox-d", "sandbox-c", "sandbox-b", "sandbox-a"]);
  expect(world.commands).toContain(`stack tag set ${tags.tried} ${now.toISOString()} --stack sandbox-a`);
});

test("the lock of a killed Pulumi process is removed", async () => {
  const world = fakeWorld();
  addSandbox(world, "sandbox-a");
  hang(world, "sandbox-a", () =>
    Promise.reject(new PulumiKilled("killed after 60 s: it did not stop", { cause: new PulumiFailed(gaveUp) })),
  );
  const { reaped } = await reap(world.context, options);
  expect(reaped).toMatchObject([{ result: { failed: gaveUp } }]);
  expect(world.commands).toContain("cancel --yes --stack sandbox-a");
  expect(destroyed(world)).toEqual([]);
});

test("sandboxes that the run has no time for are postponed and named", async () => {
  const world = fakeWorld();
  for (const name of ["a", "b"]) addSandbox(world, `sandbox-${name}`);
  let minutes = 0;
  world.context.now = () => new Date(now.getTime() + minutes * 60_000);
  hang(world, "sandbox-a", () => {
    minutes = 46;
    return Promise.resolve();
  });
  const result = await reap(world.context, options);
  expect(result.postponed.map(({ stack }) => stack)).toEqual(["sandbox-b"]);
  expect(reapReport(result, now)).toContain("sandbox-b of jo was skipped: the time limit of this run is over");
  expect(world.stacks.has("sandbox-b")).toBe(true);
});

describe("a resource group of a stack that this backend does not know", () => {
  const group = (name: string, mark: object) => ({
    id: `/subscriptions/s/resourceGroups/${name}`,
    name,
    tags: { app: "hello", stack: `sandbox-${name}`, expires: "2026-11-23T11:00:00Z", "managed-by": "tarmac", ...mark },
  });

  test("is deleted if it has the backend's mark, named if it has none, and kept if it has another one", async () => {
    const world = fakeWorld();
    world.azure.groups = [
      group("own", { [backendTag]: backend }),
      group("old", {}),
      group("other", { [backendTag]: "f00" }),
    ];
    const result = await reap(world.context, options);
    expect(world.azure.groups.map(({ name }) => name)).toEqual(["old", "other"]);
    expect(reapReport(result, now).split("\n").slice(2, 3)).toEqual([
      "resource group old of unknown says that it is of the expired sandbox-old, and not of which state backend: if it is yours, delete it (az group delete --name old)",
    ]);
  });

  test("does not use the reaper's time if its deletion hangs", async () => {
    const world = fakeWorld();
    world.azure.groups = [group("own", { [backendTag]: backend })];
    const { within } = world.context;
    world.context.within = (signal) => {
      const bounded = within(signal);
      const azure = bounded.azure.bind(bounded);
      bounded.azure = async (settings) => ({
        ...(await azure(settings)),
        deleteGroup: () =>
          new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error))),
      });
      return bounded;
    };
    expect((await reap(world.context, options)).reaped).toMatchObject([{ result: { failed: gaveUp } }]);
  });
});

test.each([
  ["azblob://state", "azblob://state", true],
  ["https://app.pulumi.com/ci", "https://app.pulumi.com/jo", true],
  ["azblob://state", "azblob://other", false],
  ["file:///var/state", "azblob://var/state", false],
])("the marks of %s and %s are the same: %s", async (one, other, same) => {
  const mark = (url: string) => backendMark({ run: () => Promise.resolve(JSON.stringify({ url })) });
  expect((await mark(one)) === (await mark(other))).toBe(same);
});

test.each([
  ["5m", 5],
  ["1h", 60],
])("%s are %d minutes", (text, minutes) => expect(timeBudget("--budget", text)).toBe(minutes));

test.each(["4m", "7h", "20", "soon"])("%s is not a valid time limit for a sandbox", (text) => {
  expect(() => timeBudget("--budget", text)).toThrow(`--budget: "${text}" is not a time; use 5m to 6h, e.g. "20m"`);
});

describe("a lock counts as abandoned", () => {
  const hosted = {};
  test.each([
    ["nowhere, if nothing says so", false, undefined, hosted, {}],
    ["immediately, in a job of the sandbox's own", true, undefined, hosted, { take: true, jobMinutes: 0 }],
    ["immediately, if the reaper ran long ago", true, "2026-11-23T10:59:00Z", hosted, { take: true, jobMinutes: 0 }],
    ["after the reaper's time limit", true, "2026-11-23T11:30:00Z", hosted, { take: true, jobMinutes: 60 }],
    [
      "after the time limit of a job that its machine may continue",
      true,
      undefined,
      { RUNNER_ENVIRONMENT: "self-hosted" },
      { take: true, jobMinutes: 60 },
    ],
  ])("%s", (_, take, tried, env, expected) => {
    const sandbox = tried === undefined ? {} : { tried: new Date(tried) };
    expect(leftOverLock(take, sandbox, now, env)).toEqual(expected);
  });
});
