/** The sandboxes that the state backend knows: stacks that say so in their tags, whatever they are called. */
import { PulumiFailed, type Cli } from "../pulumi/pulumiCli.ts";
import { tagsOf } from "../pulumi/stackState.ts";
import { prefix } from "./sandboxName.ts";

/** Tags of a sandbox's stack. Every backend keeps them: file, blob storage, Pulumi Cloud. */
export const tags = {
  /** "true": only such a stack is ever taken down by these commands. */
  sandbox: "tarmac:sandbox",
  owner: "tarmac:owner",
  /** ISO 8601, UTC. */
  expires: "tarmac:expires",
  /** Object id of the application or managed identity that made it; none when a person did. */
  deployer: "tarmac:deployer",
  /** What it was asked for by, e.g. the branch: two names may become one stack's. */
  name: "tarmac:name",
  /** When somebody or the schedule last stopped or started its cluster; ISO 8601, UTC. */
  turned: "tarmac:turned",
  /** When the reaper last began to take it down; ISO 8601, UTC. */
  tried: "tarmac:tried",
  /** While it is taken down: repositories in shared registries, which nothing else knows of once the state is empty. */
  images: "tarmac:images",
} as const;

export interface Sandbox {
  /** Name of the stack, without organisation: also that of its tags in Azure, its file and its namespace. */
  stack: string;
  /** What the CLI calls it: Pulumi Cloud lists stacks of other organisations as ORGANISATION/STACK. */
  reference: string;
  /** The branch or name that it was made for. */
  name: string;
  owner: string;
  /** Object id of the application that made it; `undefined` when a person did. */
  deployer?: string;
  /** `undefined` when the tag is missing or no time: then it never expires by itself. */
  expires?: Date;
  /** When the reaper last began to take it down. */
  tried?: Date;
  lastUpdate?: string;
  resources: number;
}

export interface ListedStack {
  name: string;
  lastUpdate?: string;
  resourceCount?: number;
}

/** Every stack of the project. */
export async function allStacks(cli: Cli): Promise<ListedStack[]> {
  return JSON.parse(await cli.run(["stack", "ls", "--output", "json"])) as ListedStack[];
}

/**
 * A stack counts when its name and its tags both say that it is a sandbox: neither a tag that was set by mistake nor a
 * name that was chosen badly makes a shared environment one.
 */
export async function listSandboxes(cli: Cli): Promise<Sandbox[]> {
  const candidates = (await allStacks(cli)).filter(({ name }) => shortName(name).startsWith(prefix));
  const found: Sandbox[] = [];
  // Each question is a process of its own: not for all stacks at once.
  for (let start = 0; start < candidates.length; start += atOnce) {
    const some = await Promise.all(candidates.slice(start, start + atOnce).map((listed) => readSandbox(cli, listed)));
    found.push(...some.filter((sandbox) => sandbox !== undefined));
  }
  return found;
}

const atOnce = 4;

/** @returns `undefined` for a stack that is no sandbox, or is not there any more: somebody else may be taking it down */
export async function readSandbox(cli: Cli, listed: ListedStack): Promise<Sandbox | undefined> {
  try {
    return sandboxOf(listed, await tagsOf(cli, listed.name));
  } catch (error) {
    if (error instanceof PulumiFailed && !(await allStacks(cli)).some(({ name }) => name === listed.name)) {
      return undefined;
    }
    throw error;
  }
}

/** The name without ORGANISATION/ or ORGANISATION/PROJECT/. */
export const shortName = (name: string): string => name.split("/").at(-1) ?? name;

function sandboxOf(listed: ListedStack, found: Record<string, string>): Sandbox | undefined {
  if (found[tags.sandbox] !== "true") return undefined;
  const expires = timeIn(found[tags.expires]);
  const tried = timeIn(found[tags.tried]);
  return {
    stack: shortName(listed.name),
    reference: listed.name,
    name: found[tags.name] ?? shortName(listed.name),
    owner: found[tags.owner] ?? "unknown",
    ...(found[tags.deployer] === undefined ? {} : { deployer: found[tags.deployer] }),
    ...(expires === undefined ? {} : { expires }),
    ...(tried === undefined ? {} : { tried }),
    ...(listed.lastUpdate === undefined ? {} : { lastUpdate: listed.lastUpdate }),
    resources: listed.resourceCount ?? 0,
  };
}

function timeIn(text: string | undefined): Date | undefined {
  const time = new Date(text ?? Number.NaN);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

export const isExpired = (sandbox: Sandbox, now: Date): boolean =>
  sandbox.expires !== undefined && sandbox.expires <= now;
