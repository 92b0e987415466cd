/** A state backend and an Azure in memory, for the sandbox commands. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isOf } from "../../../../ops/azure/marks.ts";
import { parse } from "yaml";
import { CouldNotRun } from "../../../../ops/couldNotRun.ts";
import { PulumiFailed } from "../../../../ops/pulumi/pulumiCli.ts";
import type { PoweredCluster } from "../../../../ops/azure/clusterPower.ts";
import type { Principal } from "../../../../ops/azure/signIn.ts";
import type { Context, Group } from "../../../../ops/sandbox/context.ts";
import { tags } from "../../../../ops/sandbox/listSandboxes.ts";

interface FakeResource {
  type: string;
  inputs?: Record<string, unknown>;
  id?: string;
  urn?: string;
  outputs?: Record<string, unknown>;
}

interface FakeStack {
  tags: Record<string, string>;
  resources: FakeResource[];
  pending: unknown[];
}

export interface FakeWorld {
  context: Context;
  stacks: Map<string, FakeStack>;
  /** Commands so far, without `--stack` and similar options. */
  commands: string[];
  /** Errors of the next long commands, in order; `undefined` for success. */
  failures: (string | undefined)[];
  said: string[];
  azure: {
    groups: Group[];
    resources: Map<string, string>;
    grants: Set<string>;
    /** Login servers that Azure lists. */
    registries: Set<string>;
    repositories: Set<string>;
    principal: Principal;
  };
  /** Stacks whose preflight ran. */
  preflights: string[];
  /** The refusal that the preflight reports. */
  refused?: string;
  /** Clusters in Azure. */
  clusters: PoweredCluster[];
  /** Labels of the namespaces on the cluster that sandboxes share. */
  namespaces: Map<string, Record<string, string>>;
  folder: string;
}

export const now = new Date("2026-11-23T12:00:00Z");

/** The mark of this world's state backend. */
export const backend = "82ed6b7cdfca";

/** Object id of the identity that creates sandboxes. */
export const deployer = "5a1e0000-0000-4000-8000-000000000001";

/** A world with one shared stack, `dev`, and the form. */
export function fakeWorld(): FakeWorld {
  const folder = mkdtempSync(join(tmpdir(), "tarmac-sandbox-"));
  writeFileSync(join(folder, "Pulumi.sandbox.yaml"), "config:\n  tarmac:replicas: 1\n");
  const stacks = new Map<string, FakeStack>([["dev", { tags: {}, resources: [{ type: "a:b:C" }], pending: [] }]]);
  const azure: FakeWorld["azure"] = {
    groups: [],
    resources: new Map(),
    grants: new Set(),
    registries: new Set(["shared.azurecr.io"]),
    repositories: new Set(),
    principal: { objectId: deployer, person: false },
  };
  const world: FakeWorld = {
    stacks,
    commands: [],
    failures: [],
    said: [],
    azure,
    namespaces: new Map(),
    clusters: [],
    preflights: [],
    folder,
  } as unknown as FakeWorld;
  const stackIn = (args: readonly string[]): FakeStack => {
    const stack = stacks.get(args[args.indexOf("--stack") + 1] ?? "");
    if (stack === undefined) throw new PulumiFailed(`no stack named in ${args.join(" ")}`);
    return stack;
  };
  world.context = {
    folder,
    now: () => now,
    lock: {},
    watch: () => Promise.resolve(undefined),
    within: (signal) => ({
      ...world.context,
      cli: {
        run: (args) => (signal.throwIfAborted(), world.context.cli.run(args)),
        work: (args, env) => {
          signal.throwIfAborted();
          return Promise.race([
            world.context.cli.work(args, env),
            new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error))),
          ]);
        },
      },
    }),
    say: (line) => void world.said.push(line),
    azure: () =>
      Promise.resolve({
        groups: (of) => Promise.resolve(azure.groups.filter((group) => isOf(group.tags, of))),
        resources: ({ stack }) =>
          Promise.resolve([...azure.resources].filter(([, of]) => of === stack).map(([id]) => id)),
        grants: (ids) => Promise.resolve(ids.filter((id) => azure.grants.has(id))),
        deleteGroup: (name) => {
          azure.groups = azure.groups.filter((group) => group.name !== name);
          return Promise.resolve();
        },
        deleteResource: (id) => Promise.resolve(void azure.resources.delete(id)),
        deleteGrant: (id) => Promise.resolve(void azure.grants.delete(id)),
        registries: () => Promise.resolve(azure.registries),
        principal: () => Promise.resolve(azure.principal),
        deleteRepository: (loginServer, repository) =>
          loginServer.endsWith(".azurecr.io")
            ? Promise.resolve(azure.repositories.delete(`${loginServer}/${repository}`))
            : Promise.reject(new Error(`${loginServer} lets you delete nothing`)),
      }),
    power: () =>
      Promise.resolve({
        list: () => Promise.resolve(world.clusters),
        stop: (cluster) => Promise.resolve(void (cluster.power = "stopped")),
        start: (cluster) => Promise.resolve(void (cluster.power = "running")),
      }),
    preflight: (stack) => {
      world.preflights.push(stack);
      return world.refused === undefined ? Promise.resolve() : Promise.reject(new CouldNotRun(world.refused));
    },
    resources: () =>
      Promise.resolve({
        subscription: "s",
        find: () => Promise.resolve(undefined),
        delete: () => Promise.reject(new Error("nothing is deleted here")),
      }),
    cluster: () =>
      Promise.resolve({
        server: "https://shared:443",
        namespace: (name) => Promise.resolve(world.namespaces.get(name)),
        deleteNamespace: (name) => Promise.resolve(void world.namespaces.delete(name)),
      }),
    cli: {
      run: (args) => {
        world.commands.push(args.join(" "));
        const words = args.join(" ");
        if (words.startsWith("stack ls"))
          return Promise.resolve(
            JSON.stringify([...stacks].map(([name, { resources }]) => ({ name, resourceCount: resources.length }))),
          );
        if (words.startsWith("stack tag ls")) return Promise.resolve(JSON.stringify(stackIn(args).tags));
        if (words.startsWith("stack tag set")) stackIn(args).tags[args[3] ?? ""] = args[4] ?? "";
        else if (words.startsWith("stack tag rm")) {
          const { tags } = stackIn(args);
          stackIn(args).tags = Object.fromEntries(Object.entries(tags).filter(([name]) => name !== args[3]));
        } else if (words.startsWith("config get"))
          return Promise.resolve(
            String(
              (
                parse(readFileSync(args[args.indexOf("--config-file") + 1] ?? "", "utf8")) as {
                  config: Record<string, unknown>;
                }
              ).config[args[2] ?? ""],
            ),
          );
        else if (words.startsWith("stack init")) stacks.set(args[2] ?? "", { tags: {}, resources: [], pending: [] });
        else if (words.startsWith("stack rm")) stacks.delete(args[args.indexOf("--stack") + 1] ?? "");
        else if (words.startsWith("stack import")) stackIn(args).pending = [];
        else if (words.startsWith("whoami")) return Promise.resolve('{"user":"ci","url":"azblob://state"}');
        else if (words.startsWith("stack output")) return Promise.resolve("{}");
        else if (words.startsWith("stack export")) {
          const { resources, pending } = stackIn(args);
          return Promise.resolve(
            JSON.stringify({ version: 3, deployment: { resources, pending_operations: pending } }, undefined, 4),
          );
        } else if (!words.startsWith("cancel")) return Promise.reject(new PulumiFailed(`unexpected: ${words}`));
        return Promise.resolve("");
      },
      work: (args, env) => {
        world.commands.push([...args, ...Object.keys(env ?? {}).filter((name) => name.includes("K8S"))].join(" "));
        const failure = world.failures.shift();
        if (failure !== undefined) return Promise.reject(new PulumiFailed(failure));
        const stack = stackIn(args);
        if (args[0] === "destroy") stack.resources = [];
        return Promise.resolve();
      },
    },
  };
  return world;
}

/** A sandbox with some resources, which expired an hour ago by default. */
export function addSandbox(world: FakeWorld, stack: string, expires = "2026-11-23T11:00:00Z"): FakeStack {
  const group = "azure-native:resources:ResourceGroup";
  const made: FakeStack = {
    tags: {
      [tags.sandbox]: "true",
      [tags.owner]: "jo",
      [tags.expires]: expires,
      [tags.name]: stack.slice(8),
      [tags.deployer]: deployer,
    },
    resources: [
      { type: "pulumi:pulumi:Stack" },
      { type: group, urn: `urn:pulumi:${stack}::tarmac::${group}::hello-${stack}` },
    ],
    pending: [],
  };
  world.stacks.set(stack, made);
  return made;
}
