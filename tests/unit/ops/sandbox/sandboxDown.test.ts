import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { down, findSandbox } from "../../../../ops/sandbox/sandboxDown.ts";
import { PulumiFailed } from "../../../../ops/pulumi/pulumiCli.ts";
import { reap } from "../../../../ops/sandbox/reap.ts";
import { failures, reapReport } from "../../../../ops/sandbox/sandboxText.ts";
import { tags } from "../../../../ops/sandbox/listSandboxes.ts";
import { backendTag } from "../../../../ops/azure/marks.ts";
import { addSandbox, backend, deployer, fakeWorld, now, type FakeWorld } from "./fakes.ts";

const takeDown = async (world: FakeWorld, name = "x") =>
  down(world.context, await findSandbox(world.context, name), { form: "sandbox", madeByOthers: false });
const destroys = (world: FakeWorld) => world.commands.filter((command) => command.startsWith("destroy"));
const group = (name: string, stack: string, expires = "2026-11-23T11:00:00Z") => ({
  id: `/subscriptions/s/resourceGroups/${name}`,
  name,
  tags: { app: "hello", stack, expires, "managed-by": "tarmac", [backendTag]: backend },
});
const reaping = { form: "sandbox", dryRun: false, madeByOthers: false, budget: 20, within: 50 };

const image = (imageName: string) => ({ type: "docker:index/image:Image", outputs: { imageName } });
const sharedRegistry = { type: "tarmac:azure:ExistingRegistry", outputs: { loginServer: "shared.azurecr.io" } };
const onSharedCluster = JSON.stringify({
  config: {
    "tarmac:kubeconfig": JSON.stringify({
      clusters: [{ name: "shared", cluster: { server: "https://shared:443" } }],
      users: [{ name: "ci", user: { token: "t" } }],
      contexts: [{ name: "shared", context: { cluster: "shared", user: "ci" } }],
      "current-context": "shared",
    }),
  },
});

test("deletes a sandbox with its stack and its file", async () => {
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

test("a deletion that fails is tried twice more, with stronger means each time", async () => {
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

test("unreachable resources on a shared cluster do not count as deleted", async () => {
  const world = fakeWorld();
  addSandbox(world, "sandbox-x").resources.push({ type: "tarmac:kubernetes:ExistingCluster" });
  writeFileSync(join(world.folder, "Pulumi.sandbox.yaml"), onSharedCluster);
  world.failures.push("no route to host", "no route to host");
  await takeDown(world);
  expect(destroys(world)).toHaveLength(3);
  expect(destroys(world).join()).not.toContain("PULUMI_K8S_DELETE_UNREACHABLE");
});

test("a deletion that always fails keeps the stack, and says what is left and why", async () => {
  const world = fakeWorld();
  addSandbox(world, "sandbox-x");
  world.failures.push(...Array<string>(6).fill("409 Conflict"));
  expect((await takeDown(world)).left).toEqual(["1 resources in the state of sandbox-x: 409 Conflict"]);
  expect(world.stacks.has("sandbox-x")).toBe(true);
});

test("an incomplete deletion is completed by the reaper, even before the sandbox would have expired", async () => {
  const world = fakeWorld();
  addSandbox(world, "sandbox-x", "2026-11-25T12:00:00Z");
  world.failures.push(...Array<string>(6).fill("409 Conflict"));
  expect((await takeDown(world)).left).not.toEqual([]);
  expect((await reap(world.context, reaping)).reaped).toMatchObject([{ stack: "sandbox-x", result: { left: [] } }]);
  expect(world.stacks.has("sandbox-x")).toBe(false);
});

test("deletes what Azure still has: groups with their contents, other resources, grants, images", async () => {
  const world = fakeWorld();
  const grant = "/subscriptions/s/resourceGroups/shared/providers/Microsoft.Authorization/roleAssignments/1";
  const other = "/subscriptions/s/resourceGroups/shared/providers/Microsoft.Network/publicIPAddresses/a";
  addSandbox(world, "sandbox-x").resources.push(
    { type: "azure-native:authorization:RoleAssignment", id: grant },
    sharedRegistry,
    image("shared.azurecr.io/hello/sandbox-x:1a2b"),
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

test("keeps and names images of others, and images in registries outside Azure", async () => {
  const world = fakeWorld();
  addSandbox(world, "sandbox-x").resources.push(
    sharedRegistry,
    image("shared.azurecr.io/hello:1"),
    image("registry.example:5000/hello/sandbox-x:1"),
  );
  expect((await takeDown(world)).kept).toEqual([
    "images shared.azurecr.io/hello: others may use them, too",
    "images registry.example:5000/hello/sandbox-x: Azure lists no such registry for this sandbox; delete them there",
  ]);
});

test("tags and state of a sandbox decide neither where the caller's token is sent nor what is deleted", async () => {
  const world = fakeWorld();
  const sandbox = addSandbox(world, "sandbox-x");
  sandbox.tags[tags.images] = "registry.attacker.example/x/sandbox-x shared.azurecr.io/../../v2/other/sandbox-x";
  sandbox.resources.push(
    { ...sharedRegistry, outputs: { loginServer: "login.attacker.example" } },
    image("login.attacker.example/hello/sandbox-x:1"),
  );
  const asked: string[] = [];
  const { context } = world;
  const azure = context.azure.bind(context);
  context.azure = async (settings) => ({
    ...(await azure(settings)),
    deleteRepository: (loginServer) => Promise.resolve(asked.push(loginServer) > 0),
  });
  expect((await takeDown(world)).kept).toEqual([
    "images login.attacker.example/hello/sandbox-x: Azure lists no such registry for this sandbox; delete them there",
    "images registry.attacker.example/x/sandbox-x: Azure lists no such registry for this sandbox; delete them there",
    "images shared.azurecr.io/../../v2/other/sandbox-x: others may use them, too",
  ]);
  expect(asked).toEqual([]);
});

describe("who may delete a sandbox", () => {
  const other = "5a1e0000-0000-4000-8000-000000000002";
  const refusal = (madeBy: string) =>
    `sandbox-x of jo was made ${madeBy}: its state would decide what is deleted with your rights. ` +
    'Let the workflow "sandbox" take it down. If you trust all code that ran in it: --made-by-others';

  test.each([
    ["another application", { objectId: other, person: false }, `by another identity (${deployer})`],
    // The sandbox's code can write any tag, but no file on this person's machine.
    ["a person", { objectId: deployer, person: true }, "by another identity or on another machine"],
  ])("not %s", async (_, principal, madeBy) => {
    const world = fakeWorld();
    addSandbox(world, "sandbox-x");
    world.azure.principal = principal;
    await expect(takeDown(world)).rejects.toThrow(refusal(madeBy));
    const { reaped } = await reap(world.context, reaping);
    expect(reaped).toMatchObject([{ result: { failed: refusal(madeBy) } }]);
    expect(destroys(world)).toEqual([]);
    expect(world.commands.filter((command) => command.startsWith("stack export"))).toEqual([]);
  });

  test("the person who created it on this machine, and anybody who says that they trust its code", async () => {
    const world = fakeWorld();
    addSandbox(world, "sandbox-x");
    world.azure.principal = { objectId: other, person: true };
    writeFileSync(join(world.folder, "Pulumi.sandbox-x.yaml"), "config: {}\n");
    expect((await takeDown(world)).left).toEqual([]);
    addSandbox(world, "sandbox-y");
    const found = await findSandbox(world.context, "y");
    expect((await down(world.context, found, { form: "sandbox", madeByOthers: true })).left).toEqual([]);
  });

  test("the workflow, even for a person's sandbox", async () => {
    const world = fakeWorld();
    delete addSandbox(world, "sandbox-x").tags[tags.deployer];
    expect((await takeDown(world)).left).toEqual([]);
  });
});

test("images without the right to delete them are kept, and are deleted later by a caller with the right", async () => {
  const world = fakeWorld();
  world.azure.registries.add("locked.registry");
  addSandbox(world, "sandbox-x").resources.push(
    { ...sharedRegistry, outputs: { loginServer: "locked.registry" } },
    image("locked.registry/hello/sandbox-x:1"),
  );
  const left = ["images locked.registry/hello/sandbox-x: locked.registry lets you delete nothing"];
  expect(await takeDown(world)).toEqual({ stack: "sandbox-x", swept: [], left, kept: [] });
  expect(world.stacks.get("sandbox-x")?.resources).toEqual([]);
  expect((await takeDown(world)).left).toEqual(left);
});

test("searches for what a killed update was about to create in shared places", async () => {
  const world = fakeWorld();
  const scope = "/subscriptions/s/resourceGroups/shared/providers/Microsoft.ContainerRegistry/registries/shared";
  const grant = `${scope}/providers/Microsoft.Authorization/roleAssignments/2`;
  const sandbox = addSandbox(world, "sandbox-x");
  sandbox.resources.push(sharedRegistry);
  sandbox.pending = [
    { type: "creating", resource: { type: "docker:index/image:Image" } },
    {
      type: "creating",
      resource: {
        type: "azure-native:authorization:RoleAssignment",
        inputs: { scope, roleAssignmentName: "2" },
      },
    },
  ];
  world.azure.grants.add(grant);
  world.azure.repositories.add("shared.azurecr.io/hello/sandbox-x");
  expect((await takeDown(world)).swept).toEqual([
    "images shared.azurecr.io/hello/sandbox-x",
    `role assignment ${grant}`,
  ]);
});

describe("on a shared cluster", () => {
  const labels = { "app.kubernetes.io/part-of": "hello", "tarmac.dev/stack": "sandbox-x" };
  const shared = () => {
    const world = fakeWorld();
    writeFileSync(join(world.folder, "Pulumi.sandbox.yaml"), onSharedCluster);
    addSandbox(world, "sandbox-x").resources.push({ type: "tarmac:kubernetes:ExistingCluster" });
    return world;
  };

  test("deletes a namespace that was never recorded, and keeps others", async () => {
    const world = shared();
    world.namespaces.set("sandbox-x", labels).set("sandbox-y", { ...labels, "tarmac.dev/stack": "sandbox-y" });
    expect((await takeDown(world)).swept).toEqual(["namespace sandbox-x on https://shared:443"]);
    expect([...world.namespaces.keys()]).toEqual(["sandbox-y"]);
  });

  test("keeps a namespace of that name that belongs to somebody else", async () => {
    const world = shared();
    world.namespaces.set("sandbox-x", { ...labels, "app.kubernetes.io/part-of": "shop" });
    expect(await takeDown(world)).toEqual({ stack: "sandbox-x", swept: [], left: [], kept: [] });
    expect(world.namespaces.size).toBe(1);
  });

  test("deletes nothing if the cluster does not answer, unless the caller says that it no longer exists", async () => {
    const world = shared();
    world.context.cluster = () => Promise.reject(new Error("the cluster https://shared:443 cannot be asked"));
    await expect(takeDown(world)).rejects.toThrow(
      "the cluster https://shared:443 cannot be asked. If that cluster is gone for good: PULUMI_K8S_DELETE_UNREACHABLE=true",
    );
    expect(destroys(world)).toEqual([]);
    process.env.PULUMI_K8S_DELETE_UNREACHABLE = "true";
    try {
      expect(await takeDown(world)).toMatchObject({
        left: [],
        kept: ["namespace sandbox-x: the cluster https://shared:443 cannot be asked"],
      });
    } finally {
      delete process.env.PULUMI_K8S_DELETE_UNREACHABLE;
    }
  });

  test("deletes nothing if no settings name the cluster any more", async () => {
    const world = shared();
    writeFileSync(join(world.folder, "Pulumi.sandbox.yaml"), "config: {}\n");
    await expect(takeDown(world)).rejects.toThrow("names the cluster that it is on (tarmac:kubeContext)");
    expect(destroys(world)).toEqual([]);
  });
});

test("a file that Pulumi wrote with only the key does not hide the form", async () => {
  const world = fakeWorld();
  addSandbox(world, "sandbox-x");
  writeFileSync(join(world.folder, "Pulumi.sandbox-x.yaml"), "encryptionsalt: v1:abc\n");
  writeFileSync(
    join(world.folder, "Pulumi.sandbox.yaml"),
    JSON.stringify({ config: { "azure-native:metadataHost": "localhost:1", "azure-native:subscriptionId": "s" } }),
  );
  const asked: unknown[] = [];
  const { context } = world;
  const azure = context.azure.bind(context);
  context.azure = (settings) => {
    asked.push(settings);
    return azure(settings);
  };
  await takeDown(world);
  expect(asked).toEqual([{ app: "hello", metadataHost: "localhost:1", subscription: "s" }]);
});

test("deletes nothing without Azure", async () => {
  const world = fakeWorld();
  addSandbox(world, "sandbox-x");
  world.context.azure = () => Promise.reject(new Error("no subscription"));
  await expect(takeDown(world)).rejects.toThrow("no subscription");
  await expect(reap(world.context, reaping)).rejects.toThrow("no subscription");
  expect(destroys(world)).toEqual([]);
});

test("deletes a sandbox that was never updated like any other", async () => {
  const world = fakeWorld();
  addSandbox(world, "sandbox-x").resources = [];
  expect(await takeDown(world)).toEqual({ stack: "sandbox-x", swept: [], left: [], kept: [] });
});

test("keeps what others created in Azure, even if its tags name the stack", async () => {
  const world = fakeWorld();
  addSandbox(world, "sandbox-x");
  const { tags: own } = group("", "sandbox-x");
  world.azure.groups = [
    { ...group("by-hand", "sandbox-x"), tags: { ...own, "managed-by": "jo" } },
    { ...group("without", "sandbox-x"), tags: { app: "hello", stack: "sandbox-x" } },
    { ...group("shop", "sandbox-x"), tags: { ...own, app: "shop" } },
  ];
  expect((await takeDown(world)).swept).toEqual([]);
  await reap(world.context, reaping);
  expect(world.azure.groups).toHaveLength(3);
});

test("deletes images in the sandbox's own registry with it", async () => {
  const world = fakeWorld();
  addSandbox(world, "sandbox-x").resources.push(
    { type: "azure-native:containerregistry/v20251101:Registry", outputs: { loginServer: "own.azurecr.io" } },
    image("own.azurecr.io/hello/sandbox-x:1"),
    { type: "azure-native:containerregistry:Registry", outputs: { loginServer: "former.azurecr.io" } },
    image("former.azurecr.io/hello/sandbox-x:1"),
    {
      type: "azure-native:resources:Resource",
      inputs: { resourceProviderNamespace: "Microsoft.ContainerRegistry", resourceType: "registries" },
      outputs: { properties: { loginServer: "abac.azurecr.io" } },
    },
    image("abac.azurecr.io/hello/sandbox-x:1"),
  );
  expect(await takeDown(world)).toEqual({ stack: "sandbox-x", swept: [], left: [], kept: [] });
});

test("pending operations of an interrupted update do not block the deletion", async () => {
  const world = fakeWorld();
  addSandbox(world, "sandbox-x").pending = [{ type: "creating", resource: { type: "a:b:C" } }];
  await takeDown(world);
  expect(world.commands.findIndex((command) => command.startsWith("stack import"))).toBeLessThan(
    world.commands.findIndex((command) => command.startsWith("destroy")),
  );
});

test("removes the lock of a process that is gone, and keeps one that is held", async () => {
  const world = fakeWorld();
  const locked = (host: string) => `currently locked: created by ci@${host} (pid 4194305) at 2026-11-23T11:59:00Z`;
  addSandbox(world, "sandbox-x");
  world.failures.push(locked((await import("node:os")).hostname()));
  expect((await takeDown(world)).left).toEqual([]);
  expect(world.commands).toContain("cancel --yes --stack sandbox-x");

  addSandbox(world, "sandbox-y");
  world.azure.groups = [group("hello-sandbox-y", "sandbox-y")];
  world.failures.push(locked("runner-7"));
  await expect(takeDown(world, "y")).rejects.toThrow(
    "sandbox-y is being updated: process 4194305 on runner-7 holds its lock",
  );
  // The running update may have created the resources in Azure.
  expect(world.azure.groups).toHaveLength(1);
  expect(destroys(world).filter((command) => command.includes("sandbox-y"))).toHaveLength(1);
});

test.each([
  ["dev", 'stack "dev" is not a sandbox, and is not deleted here: pulumi destroy --stack dev does that'],
  ["y", 'there is no sandbox "y"; there are: x'],
])("does not delete %s", async (name, message) => {
  const world = fakeWorld();
  addSandbox(world, "sandbox-x");
  await expect(takeDown(world, name)).rejects.toThrow(message);
});

describe("reaping", () => {
  test("deletes what has expired, continues after a failure, and keeps the others", async () => {
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
    const result = await reap(world.context, reaping);
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
        "sandbox-d of jo has no readable expiry: npx tarmac sandbox extend sandbox-d",
        "3 expired, 1 of them not taken down; 1 live on",
      ].join("\n"),
    );
  });

  test("keeps what was extended, and forgets what another reaper deleted, while it worked on others", async () => {
    const world = fakeWorld();
    for (const name of ["a", "b", "c"]) addSandbox(world, `sandbox-${name}`);
    const cli = { ...world.context.cli };
    world.context.cli.work = (args, env) => {
      world.stacks.get("sandbox-b")!.tags[tags.expires] = "2026-11-24T00:00:00Z";
      world.stacks.delete("sandbox-c");
      return cli.work(args, env);
    };
    const { reaped, kept } = await reap(world.context, reaping);
    expect([reaped, kept].map((list) => list.map(({ stack }) => stack))).toEqual([["sandbox-a"], ["sandbox-b"]]);
  });

  test("counts what another reaper deleted at the same time as done", async () => {
    const world = fakeWorld();
    addSandbox(world, "sandbox-a");
    world.context.cli.work = () => {
      world.stacks.delete("sandbox-a");
      return Promise.reject(new PulumiFailed("no stack named 'sandbox-a' found"));
    };
    const result = await reap(world.context, reaping);
    expect(failures(result)).toBe(0);
    expect(world.said.at(-1)).toBe("sandbox-a is gone: somebody else took it down at the same time");
  });

  test("in a dry run only says what it would delete", async () => {
    const world = fakeWorld();
    addSandbox(world, "sandbox-a");
    world.azure.groups = [group("orphan", "sandbox-gone")];
    const result = await reap(world.context, { ...reaping, dryRun: true });
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
