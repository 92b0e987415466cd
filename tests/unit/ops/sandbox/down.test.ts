import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { down, findSandbox } from "../../../../ops/sandbox/down.ts";
import { reap } from "../../../../ops/sandbox/reap.ts";
import { failures, reapReport } from "../../../../ops/sandbox/report.ts";
import { addSandbox, fakeWorld, now, type FakeWorld } from "./fakes.ts";

const takeDown = async (world: FakeWorld, name = "x") =>
  down(world.context, await findSandbox(world.context, name), "sandbox");
const destroys = (world: FakeWorld) => world.commands.filter((command) => command.startsWith("destroy"));
const group = (name: string, stack: string, expires = "2026-11-23T11:00:00Z") => ({
  id: `/subscriptions/s/resourceGroups/${name}`,
  name,
  tags: { stack, expires, "managed-by": "tarmac" },
});

test("a sandbox goes with its stack and its file", async () => {
  const world = fakeWorld();
  addSandbox(world, "sandbox-x");
  writeFileSync(join(world.folder, "Pulumi.sandbox-x.yaml"), "config: {}\n");
  expect(await takeDown(world)).toEqual({ stack: "sandbox-x", swept: [], left: [], kept: [] });
  expect([...world.stacks.keys()]).toEqual(["dev"]);
  expect(existsSync(join(world.folder, "Pulumi.sandbox-x.yaml"))).toBe(false);
  expect(destroys(world)).toEqual([
    "destroy --yes --skip-preview --continue-on-error --ignore-protect --stack sandbox-x",
  ]);
});

test("a deletion that fails twice is tried with more means each time", async () => {
  const world = fakeWorld();
  addSandbox(world, "sandbox-x");
  world.failures.push("409 Conflict", "the kubeconfig has expired");
  expect((await takeDown(world)).left).toEqual([]);
  expect(destroys(world)).toEqual([
    expect.not.stringContaining("--run-program"),
    expect.stringMatching(/--run-program --config-file/),
    expect.stringMatching(/--refresh .*--run-program .* PULUMI_K8S_DELETE_UNREACHABLE$/),
  ]);
});

test("a deletion that always fails keeps the stack, and says what is left and why", async () => {
  const world = fakeWorld();
  addSandbox(world, "sandbox-x");
  world.failures.push(...Array<string>(6).fill("409 Conflict"));
  expect((await takeDown(world)).left).toEqual(["1 resources in the state of sandbox-x: 409 Conflict"]);
  expect(world.stacks.has("sandbox-x")).toBe(true);
});

test("what Azure still has is swept up: groups with all that is in them, other resources, grants, images", async () => {
  const world = fakeWorld();
  const grant = "/subscriptions/s/resourceGroups/shared/providers/Microsoft.Authorization/roleAssignments/1";
  const other = "/subscriptions/s/resourceGroups/shared/providers/Microsoft.Network/publicIPAddresses/a";
  addSandbox(world, "sandbox-x").resources.push(
    { type: "azure-native:authorization:RoleAssignment", id: grant },
    {
      type: "docker:index/image:Image",
      outputs: { imageName: "shared.azurecr.io/hello/sandbox-x:1a2b" },
    },
  );
  world.azure.groups = [group("hello-sandbox-x1", "sandbox-x"), group("hello-dev", "dev")];
  world.azure.resources.set("/subscriptions/s/resourceGroups/hello-sandbox-x1/providers/a/b/c", "sandbox-x");
  world.azure.resources.set(other, "sandbox-x");
  world.azure.resources.delete("/subscriptions/s/resourceGroups/hello-sandbox-x1/providers/a/b/c");
  world.azure.grants.add(grant);
  world.azure.repositories.add("shared.azurecr.io/hello/sandbox-x");
  expect(await takeDown(world)).toEqual({
    stack: "sandbox-x",
    swept: [
      "images shared.azurecr.io/hello/sandbox-x",
      "resource group hello-sandbox-x1",
      `resource ${other}`,
      `role assignment ${grant}`,
    ],
    left: [],
    kept: [],
  });
  expect(world.azure.groups.map(({ name }) => name)).toEqual(["hello-dev"]);
});

test("images of others, and in registries that are not Azure's, are kept and named", async () => {
  const world = fakeWorld();
  const image = (imageName: string) => ({ type: "docker:index/image:Image", outputs: { imageName } });
  addSandbox(world, "sandbox-x").resources.push(
    image("shared.azurecr.io/hello:1"),
    image("registry.example:5000/hello/sandbox-x:1"),
  );
  expect((await takeDown(world)).kept).toEqual([
    "images shared.azurecr.io/hello: others may use them, too",
    "images registry.example:5000/hello/sandbox-x: registry.example:5000 answers 404 to the sign-in",
  ]);
});

test("images in the sandbox's own registry go with it", async () => {
  const world = fakeWorld();
  addSandbox(world, "sandbox-x").resources.push(
    { type: "azure-native:containerregistry:Registry", outputs: { loginServer: "own.azurecr.io" } },
    { type: "docker:index/image:Image", outputs: { imageName: "own.azurecr.io/hello/sandbox-x:1" } },
  );
  expect(await takeDown(world)).toEqual({ stack: "sandbox-x", swept: [], left: [], kept: [] });
});

test("what an interrupted update had begun holds nothing up", async () => {
  const world = fakeWorld();
  addSandbox(world, "sandbox-x").pending = [{ type: "creating" }];
  await takeDown(world);
  expect(world.commands.findIndex((command) => command.startsWith("stack import"))).toBeLessThan(
    world.commands.findIndex((command) => command.startsWith("destroy")),
  );
});

test("a lock of a process that is gone is taken away, one that is held is not", async () => {
  const world = fakeWorld();
  const locked = (host: string) => `currently locked: created by ci@${host} (pid 4194305) at 2026-11-23T11:59:00Z`;
  addSandbox(world, "sandbox-x");
  world.failures.push(locked((await import("node:os")).hostname()));
  expect((await takeDown(world)).left).toEqual([]);
  expect(world.commands).toContain("cancel --yes --stack sandbox-x");

  addSandbox(world, "sandbox-y");
  world.failures.push(...Array<string>(6).fill(locked("runner-7")));
  expect((await takeDown(world, "y")).left).toEqual([
    expect.stringContaining("sandbox-y is being updated: process 4194305 on runner-7 holds its lock"),
  ]);
});

test.each([
  ["dev", 'stack "dev" is not a sandbox, and is not deleted here: pulumi destroy --stack dev does that'],
  ["y", 'there is no sandbox "y"; there are: x'],
])("%s is not taken down", async (name, message) => {
  const world = fakeWorld();
  addSandbox(world, "sandbox-x");
  await expect(takeDown(world, name)).rejects.toThrow(message);
});

describe("reaping", () => {
  test("takes what has expired, goes on after a failure, and leaves the others", async () => {
    const world = fakeWorld();
    addSandbox(world, "sandbox-a");
    addSandbox(world, "sandbox-b");
    addSandbox(world, "sandbox-c", "2026-11-23T13:00:00Z");
    addSandbox(world, "sandbox-d", "when it is done");
    world.azure.groups = [
      group("orphan", "sandbox-gone"),
      group("hello-dev", "dev"),
      group("young", "sandbox-q", "2027-01-01T00:00:00Z"),
    ];
    world.failures.push(...Array<string>(6).fill("409 Conflict"));
    const result = await reap(world.context, "sandbox", false);
    expect([...world.stacks.keys()]).toEqual(["dev", "sandbox-a", "sandbox-c", "sandbox-d"]);
    expect(world.azure.groups.map(({ name }) => name)).toEqual(["hello-dev", "young"]);
    expect(failures(result)).toBe(1);
    expect(reapReport(result, now)).toBe(
      [
        "sandbox-a is not gone",
        "  left: 1 resources in the state of sandbox-a: 409 Conflict",
        "sandbox-b is gone: nothing is left of it in Azure, in the registry or in the backend",
        "sandbox-gone is gone: nothing is left of it in Azure, in the registry or in the backend",
        "  swept up: resource group orphan",
        "sandbox-d of jo has no readable expiry: npm run sandbox -- extend sandbox-d",
        "3 expired, 1 of them not taken down; 1 live on",
      ].join("\n"),
    );
  });

  test("as a trial only says what it would take", async () => {
    const world = fakeWorld();
    addSandbox(world, "sandbox-a");
    world.azure.groups = [group("orphan", "sandbox-gone")];
    const result = await reap(world.context, "sandbox", true);
    expect(world.stacks.has("sandbox-a")).toBe(true);
    expect(world.azure.groups).toHaveLength(1);
    expect(reapReport(result, now)).toBe(
      [
        "sandbox-a of jo expired 1 h ago",
        "sandbox-gone of unknown expired 1 h ago",
        "2 expired, 0 of them not taken down; 0 live on",
      ].join("\n"),
    );
  });
});
