/** The sandboxes that the state backend knows: stacks that say so in their tags, whatever they are called. */
import type { Cli } from "./context.ts";
import { prefix } from "./name.ts";

/** Tags of a sandbox's stack. Every backend keeps them: file, blob storage, Pulumi Cloud. */
export const tags = {
  /** "true": only such a stack is ever taken down by these commands. */
  sandbox: "tarmac:sandbox",
  owner: "tarmac:owner",
  /** ISO 8601, UTC. */
  expires: "tarmac:expires",
  /** What it was asked for by, e.g. the branch: two names may become one stack's. */
  name: "tarmac:name",
} as const;

export interface Sandbox {
  stack: string;
  /** The branch or name that it was made for. */
  name: string;
  owner: string;
  /** `undefined` when the tag is missing or no time: then it never expires by itself. */
  expires?: Date;
  lastUpdate?: string;
  resources: number;
}

interface ListedStack {
  name: string;
  lastUpdate?: string;
  resourceCount?: number;
}

/** Every stack of the project. */
export async function allStacks(cli: Cli): Promise<ListedStack[]> {
  return JSON.parse(await cli.run(["stack", "ls", "--output", "json"])) as ListedStack[];
}

export async function stackTags(cli: Cli, stack: string): Promise<Record<string, string>> {
  return JSON.parse(await cli.run(["stack", "tag", "ls", "--json", "--stack", stack])) as Record<string, string>;
}

export async function tagStack(cli: Cli, stack: string, values: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(values)) {
    await cli.run(["stack", "tag", "set", name, value, "--stack", stack]);
  }
}

/**
 * A stack counts when its name and its tags both say that it is a sandbox: neither a tag that was set by mistake nor a
 * name that was chosen badly makes a shared environment one.
 */
export async function listSandboxes(cli: Cli): Promise<Sandbox[]> {
  const candidates = (await allStacks(cli)).filter(({ name }) => shortName(name).startsWith(prefix));
  const found = await Promise.all(
    candidates.map(async (listed): Promise<Sandbox[]> => {
      const sandbox = sandboxOf(listed, await stackTags(cli, listed.name));
      return sandbox === undefined ? [] : [sandbox];
    }),
  );
  return found.flat();
}

/** ORGANISATION/PROJECT/STACK: some backends list stacks of other organisations by their full names. */
const shortName = (name: string): string => name.split("/").at(-1) ?? name;

function sandboxOf(listed: ListedStack, found: Record<string, string>): Sandbox | undefined {
  if (found[tags.sandbox] !== "true") return undefined;
  const expires = new Date(found[tags.expires] ?? Number.NaN);
  return {
    stack: shortName(listed.name),
    name: found[tags.name] ?? shortName(listed.name),
    owner: found[tags.owner] ?? "unknown",
    ...(Number.isNaN(expires.getTime()) ? {} : { expires }),
    ...(listed.lastUpdate === undefined ? {} : { lastUpdate: listed.lastUpdate }),
    resources: listed.resourceCount ?? 0,
  };
}

export const isExpired = (sandbox: Sandbox, now: Date): boolean =>
  sandbox.expires !== undefined && sandbox.expires <= now;
