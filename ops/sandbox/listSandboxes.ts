/** The sandboxes in the state backend: stacks with sandbox tags. */
import { PulumiFailed, type Cli } from "../pulumi/pulumiCli.ts";
import { shortName } from "../pulumi/stackName.ts";
import { tagsOf } from "../pulumi/stackState.ts";
import { prefix } from "./sandboxName.ts";

/** Tags of a sandbox's stack. Every backend keeps them: file, blob storage, Pulumi Cloud. */
export const tags = {
  /** "true": these commands take down only stacks with this tag. */
  sandbox: "tarmac:sandbox",
  owner: "tarmac:owner",
  /** ISO 8601, UTC. */
  expires: "tarmac:expires",
  /** Object id of the application or managed identity that created it; absent if a person did. */
  deployer: "tarmac:deployer",
  /** The requested name, e.g. the branch: two names can map to the same stack name. */
  name: "tarmac:name",
  /** When a person or the schedule last stopped or started its cluster; ISO 8601, UTC. */
  turned: "tarmac:turned",
  /** When an update began that has not ended, so that no schedule stops its cluster; ISO 8601, UTC. */
  updating: "tarmac:updating",
  /** When the reaper last began to take it down; ISO 8601, UTC. */
  tried: "tarmac:tried",
  /** During a deletion: repositories in shared registries. Nothing else records them once the state is empty. */
  images: "tarmac:images",
} as const;

export interface Sandbox {
  /** Name of the stack, without organization. Also used for its tags in Azure, its file and its namespace. */
  stack: string;
  /** The CLI's name for it: Pulumi Cloud lists stacks of other organizations as ORGANIZATION/STACK. */
  reference: string;
  /** The branch or name that it was created for. */
  name: string;
  owner: string;
  /** Object id of the application that created it; `undefined` if a person did. */
  deployer?: string;
  /** `undefined` if the tag is missing or not a time: the sandbox then never expires. */
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
 * A stack counts as a sandbox only if both its name and its tags say so: a wrong tag alone, or a badly chosen name
 * alone, does not make a shared environment a sandbox.
 * @param stacks names of the only stacks to read. Default: all
 */
export async function listSandboxes(cli: Cli, stacks?: readonly string[]): Promise<Sandbox[]> {
  const candidates = (await allStacks(cli)).filter(({ name }) => {
    const stack = shortName(name);
    return stack.startsWith(prefix) && (stacks?.includes(stack) ?? true);
  });
  const found: Sandbox[] = [];
  // Each query is a separate process: limit how many run at once.
  for (let start = 0; start < candidates.length; start += atOnce) {
    const some = await Promise.all(candidates.slice(start, start + atOnce).map((listed) => readSandbox(cli, listed)));
    found.push(...some.filter((sandbox) => sandbox !== undefined));
  }
  return found;
}

const atOnce = 4;

/** @returns `undefined` for a stack that is not a sandbox or no longer exists: another process may be taking it down */
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

/** @returns `undefined` for a text that is no time */
export function timeIn(text: string | undefined): Date | undefined {
  const time = new Date(text ?? Number.NaN);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

export const isExpired = (sandbox: Sandbox, now: Date): boolean =>
  sandbox.expires !== undefined && sandbox.expires <= now;
