import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Obstacle } from "../../../../ops/rollout/outlook.ts";
import { PulumiFailed } from "../../../../ops/pulumi/pulumiCli.ts";
import { extend } from "../../../../ops/sandbox/extend.ts";
import { listSandboxes, tags } from "../../../../ops/sandbox/listSandboxes.ts";
import { followSchedule } from "../../../../ops/sandbox/sleep.ts";
import { up } from "../../../../ops/sandbox/sandboxUp.ts";
import { addSandbox, backend, deployer, fakeWorld } from "./fakes.ts";

const options = { lifetime: 60, owner: "jo", form: "sandbox" };
const fileIn = (folder: string, stack: string) =>
  parse(readFileSync(join(folder, `Pulumi.${stack}.yaml`), "utf8")) as Record<string, unknown>;

test("a new sandbox is marked as one before anything is created", async () => {
  const world = fakeWorld();
  world.failures.push("Azure is out of order");
  await expect(up(world.context, "feature/42", options)).rejects.toThrow("Azure is out of order");
  expect(world.stacks.get("sandbox-feature-42")?.tags).toEqual({
    [tags.sandbox]: "true",
    [tags.name]: "feature/42",
    [tags.owner]: "jo",
    [tags.deployer]: deployer,
    [tags.expires]: "2026-11-23T13:00:00Z",
    [tags.turned]: "2026-11-23T12:00:00.000Z",
  });
});

test("a new sandbox that Azure would refuse is not started; an existing one is not checked", async () => {
  const world = fakeWorld();
  world.refused = "no quota";
  await expect(up(world.context, "feature/42", options)).rejects.toThrow("no quota");
  expect([world.preflights, world.commands.filter((command) => command.startsWith("stack init"))]).toEqual([
    ["sandbox-feature-42"],
    [],
  ]);
  addSandbox(world, "sandbox-x");
  await up(world.context, "x", options);
  expect(world.preflights).toEqual(["sandbox-feature-42"]);
});

test("its file has the form's settings, its owner, its expiry, and a location of its own", async () => {
  const world = fakeWorld();
  await up(world.context, "feature/42", options);
  expect(fileIn(world.folder, "sandbox-feature-42")).toEqual({
    config: {
      "tarmac:replicas": 1,
      "tarmac:owner": "jo",
      "tarmac:expires": "2026-11-23T13:00:00Z",
      "tarmac:tags": { "tarmac-backend": backend },
      "tarmac:protect": false,
      "tarmac:namespace": "sandbox-feature-42",
      "tarmac:repository": "hello/sandbox-feature-42",
    },
  });
});

test("a project of another name has its own settings, and no others", async () => {
  const world = fakeWorld();
  writeFileSync(join(world.folder, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
  writeFileSync(
    join(world.folder, "Pulumi.sandbox.yaml"),
    "config:\n  shop:appName: till\n  shop:sleepAt: 10:00\n  owner: nobody\n  tarmac:tags: not of this project\n",
  );
  await up(world.context, "x", options);
  expect(fileIn(world.folder, "sandbox-x")).toEqual({
    config: {
      ...{ "shop:appName": "till", "shop:sleepAt": "10:00", "tarmac:tags": "not of this project" },
      "shop:owner": "jo",
      "shop:expires": "2026-11-23T13:00:00Z",
      "shop:tags": { "tarmac-backend": backend },
      "shop:protect": false,
      "shop:namespace": "sandbox-x",
      "shop:repository": "till/sandbox-x",
    },
  });
  const tagsOfCluster = { app: "till", stack: "sandbox-x", "managed-by": "tarmac" };
  world.clusters = [{ name: "aks", resourceGroup: "rg", power: "running", tags: tagsOfCluster }];
  world.stacks.get("sandbox-x")!.tags[tags.turned] = "2026-11-23T08:00:00Z";
  expect((await followSchedule(world.context, "sandbox", [])).turned).toEqual([
    { stack: "sandbox-x", power: "stopped" },
  ]);
  await extend(world.context, "x", 180, "sandbox");
  expect(fileIn(world.folder, "sandbox-x").config).toMatchObject({ "shop:sleepAt": "10:00" });
});

test.each([
  ["YAML", { "cost-center": "4711" }],
  ["JSON, as Pulumi writes it", '{"cost-center":"4711"}'],
])("keeps the form's tags, written as %s, and marks what it creates with its state backend", async (_, formTags) => {
  const world = fakeWorld();
  writeFileSync(join(world.folder, "Pulumi.tagged.yaml"), JSON.stringify({ config: { "tarmac:tags": formTags } }));
  await up(world.context, "x", { ...options, form: "tagged" });
  expect(fileIn(world.folder, "sandbox-x")).toMatchObject({
    config: { "tarmac:tags": { "cost-center": "4711", "tarmac-backend": backend } },
  });
  writeFileSync(join(world.folder, "Pulumi.tagged.yaml"), JSON.stringify({ config: { "tarmac:tags": "team" } }));
  await expect(up(world.context, "y", { ...options, form: "tagged" })).rejects.toThrow(
    'tarmac:tags: "team" is not a map; use e.g. {"cost-center": "4711"}',
  );
});

test("interrupts the wait for a rollout that cannot succeed, and names the cause", async () => {
  const world = fakeWorld();
  addSandbox(world, "sandbox-x");
  const obstacle = { finding: { code: "secret-missing", title: 'The Secret "login" does not exist' } } as Obstacle;
  world.context.watch = (stack) => Promise.resolve(stack === "sandbox-x" ? obstacle : undefined);
  const { cli } = world.context;
  world.context.cli = {
    ...cli,
    work: (args, _env, interrupted) =>
      args[0] === "up"
        ? new Promise((_resolve, reject) =>
            interrupted?.addEventListener("abort", () => reject(new PulumiFailed("update canceled"))),
          )
        : cli.work(args),
  };
  await expect(up(world.context, "x", options)).rejects.toThrow(
    'interrupted: waiting cannot fix secret-missing (The Secret "login" does not exist)',
  );
});

test("applies the policies that all sandboxes share", async () => {
  const world = fakeWorld();
  await up(world.context, "x", { ...options, policyPack: { folder: "policy", config: "policy/config/sandbox.json" } });
  expect(world.commands.filter((command) => command.startsWith("up "))).toEqual([
    expect.stringContaining("--policy-pack policy --policy-pack-config policy/config/sandbox.json") as string,
  ]);
});

test("accepts a form without settings", async () => {
  const world = fakeWorld();
  writeFileSync(join(world.folder, "Pulumi.plain.yaml"), "secretsprovider: azurekeyvault://v/keys/k\nconfig:\n");
  await up(world.context, "x", { ...options, form: "plain" });
  expect(fileIn(world.folder, "sandbox-x")).toMatchObject({
    secretsprovider: "azurekeyvault://v/keys/k",
    config: { "tarmac:owner": "jo", "tarmac:protect": false },
  });
});

test("keeps the key to the secrets of an existing sandbox", async () => {
  const world = fakeWorld();
  addSandbox(world, "sandbox-x");
  writeFileSync(join(world.folder, "Pulumi.sandbox-x.yaml"), "encryptionsalt: v1:abc\nconfig:\n  tarmac:port: 9000\n");
  await up(world.context, "x", options);
  const { encryptionsalt, config } = fileIn(world.folder, "sandbox-x");
  expect(encryptionsalt).toBe("v1:abc");
  expect(config).not.toHaveProperty("tarmac:port");
});

test("encrypts its secrets with the form's key, if there is one", async () => {
  const world = fakeWorld();
  const key = "azurekeyvault://tarmac-keys.vault.azure.net/keys/sandbox";
  writeFileSync(
    join(world.folder, "Pulumi.sandbox.yaml"),
    `secretsprovider: ${key}\nencryptedkey: abc\nconfig:\n  tarmac:replicas: 1\n`,
  );
  await up(world.context, "x", options);
  expect(world.commands).toContain(`stack init sandbox-x --no-select --secrets-provider ${key}`);
  expect(fileIn(world.folder, "sandbox-x")).toMatchObject({ secretsprovider: key, encryptedkey: "abc" });
});

test("an interrupted update is read before the next", async () => {
  const world = fakeWorld();
  addSandbox(world, "sandbox-x").pending = [
    { type: "creating", resource: { type: "a:b:C", urn: "urn:pulumi:x::tarmac::a:b:C::hello" } },
  ];
  await up(world.context, "x", options);
  expect(world.commands.filter((command) => /^(refresh|up)/.test(command))).toEqual([
    expect.stringMatching(/^refresh .*--run-program/),
    expect.stringMatching(/^up /),
  ]);
});

test.each([
  ["dev2", "sandbox-dev2", {}, 'stack "sandbox-dev2" already exists and is not a sandbox: choose another name'],
  [
    "feature-42",
    "sandbox-feature-42",
    { [tags.sandbox]: "true", [tags.name]: "feature/42" },
    'sandbox-feature-42 is the sandbox of "feature/42", whose name is too similar: choose another name',
  ],
])("%s is refused if another has that name", async (name, stack, stackTags, message) => {
  const world = fakeWorld();
  world.stacks.set(stack, { tags: stackTags, resources: [{ type: "a:b:C" }], pending: [] });
  await expect(up(world.context, name, options)).rejects.toThrow(message);
  expect(existsSync(join(world.folder, `Pulumi.${stack}.yaml`))).toBe(false);
});

test("takes over what a killed `up` left before it printed anything", async () => {
  const world = fakeWorld();
  world.stacks.set("sandbox-x", { tags: {}, resources: [], pending: [] });
  await up(world.context, "x", options);
  expect(world.stacks.get("sandbox-x")?.tags[tags.sandbox]).toBe("true");
});

test("refuses a form in which sandboxes would share one right to pull", async () => {
  const world = fakeWorld();
  const shared = { "tarmac:existingRegistry": "shared", "tarmac:kubeletObjectId": "1b4c" };
  writeFileSync(join(world.folder, "Pulumi.shared.yaml"), JSON.stringify({ config: shared }));
  await expect(up(world.context, "x", { ...options, form: "shared" })).rejects.toThrow(
    "deleting the first sandbox would revoke the right to pull for all",
  );
  expect([...world.stacks.keys()]).toEqual(["dev"]);
});

test("names stacks of another organization as the backend does, and their resources as the program does", async () => {
  const world = fakeWorld();
  addSandbox(world, "sandbox-x");
  world.stacks.set("acme/sandbox-x", world.stacks.get("sandbox-x")!);
  world.stacks.delete("sandbox-x");
  expect(await listSandboxes(world.context.cli)).toMatchObject([{ stack: "sandbox-x", reference: "acme/sandbox-x" }]);
  await up(world.context, "x", options);
  expect(world.commands.at(-2)).toContain("--stack acme/sandbox-x");
  expect(existsSync(join(world.folder, "Pulumi.sandbox-x.yaml"))).toBe(true);
  await extend(world.context, "x", 120, "sandbox");
  expect(world.stacks.get("acme/sandbox-x")?.tags[tags.expires]).toBe("2026-11-23T14:00:00Z");
});

test("a sandbox that is deleted during the listing is not listed, and a failing backend does not count as a deletion", async () => {
  const world = fakeWorld();
  for (const name of ["a", "b", "c", "d", "e", "f"]) addSandbox(world, `sandbox-${name}`);
  const real = world.context.cli;
  const cli = (vanish: boolean) => ({
    ...real,
    run: (args: readonly string[]) => {
      if (!args.includes("ls") || !args.includes("sandbox-b")) return real.run(args);
      if (vanish) world.stacks.delete("sandbox-b");
      return Promise.reject(new PulumiFailed("no stack named 'sandbox-b' found"));
    },
  });
  await expect(listSandboxes(cli(false))).rejects.toThrow("no stack named");
  expect((await listSandboxes(cli(true))).map(({ stack }) => stack)).toEqual(
    ["a", "c", "d", "e", "f"].map((name) => `sandbox-${name}`),
  );
});

test("a missing form is refused with the names of the existing ones", async () => {
  const { context } = fakeWorld();
  await expect(up(context, "x", { ...options, form: "sandbx" })).rejects.toThrow(
    "there is no Pulumi.sandbx.yaml to make a sandbox from: use --from with one of sandbox",
  );
});

test("a later expiry is written to the stack's tag, its file and Azure, and changes nothing else", async () => {
  const world = fakeWorld();
  const urn = "urn:pulumi:sandbox-x::tarmac::azure-native:resources:ResourceGroup::hello-sandbox-x";
  addSandbox(world, "sandbox-x");
  writeFileSync(join(world.folder, "Pulumi.sandbox-x.yaml"), "config:\n  tarmac:replicas: 1\n");
  expect(await extend(world.context, "x", 120, "sandbox")).toBe("2026-11-23T14:00:00Z");
  expect(world.stacks.get("sandbox-x")?.tags[tags.expires]).toBe("2026-11-23T14:00:00Z");
  expect(fileIn(world.folder, "sandbox-x").config).toMatchObject({ "tarmac:expires": "2026-11-23T14:00:00Z" });
  expect(world.commands.at(-1)).toContain(`--target ${urn}`);
});

test("a later expiry leaves no stack file for a sandbox that was created elsewhere, because the file decides who may delete it", async () => {
  const world = fakeWorld();
  addSandbox(world, "sandbox-x");
  await extend(world.context, "x", 120, "sandbox");
  expect(world.commands.at(-1)).toMatch(/^up .*--config-file .*Pulumi\.sandbox-x\.yaml$/);
  expect(existsSync(join(world.folder, "Pulumi.sandbox-x.yaml"))).toBe(false);
});

test("only stacks with the name and the mark of a sandbox are sandboxes", async () => {
  const world = fakeWorld();
  addSandbox(world, "sandbox-x");
  world.stacks.set("sandbox-shared", { tags: {}, resources: [], pending: [] });
  world.stacks.set("prod", { tags: { [tags.sandbox]: "true" }, resources: [], pending: [] });
  expect((await listSandboxes(world.context.cli)).map(({ stack }) => stack)).toEqual(["sandbox-x"]);
});
