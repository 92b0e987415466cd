/** What the backend knows of a stack: its outputs, its tags and its state. */
import type { Cli } from "./pulumiCli.ts";

/** As `pulumi stack export` gives it, and `pulumi stack import` takes it. */
export interface State {
  /** Null: nothing was ever done with it. */
  deployment?: {
    resources?: StateResource[];
    /** What an update began and whose end nobody knows. */
    pending_operations?: PendingOperation[];
    [key: string]: unknown;
  } | null;
  [key: string]: unknown;
}

export interface PendingOperation {
  /** "creating", "updating", "deleting", "reading", "importing". */
  type: string;
  /** As it was to be: complete, but for the id and outputs of what was being created. */
  resource: StateResource;
}

export interface StateResource {
  urn: string;
  type: string;
  id?: string;
  custom?: boolean;
  external?: boolean;
  /** URN of the component that it belongs to. */
  parent?: string;
  /** It is replaced already, and only waits to be deleted. */
  delete?: boolean;
  outputs?: Record<string, unknown>;
  inputs?: Record<string, unknown>;
}

/** @throws PulumiFailed when there is no such stack; so do all of these */
export const stateOf = async (cli: Cli, stack: string): Promise<State> =>
  JSON.parse(await cli.run(["stack", "export", "--stack", stack])) as State;

/** Of the last update that succeeded. Secrets stay "[secret]". */
export const outputsOf = async (cli: Cli, stack: string): Promise<Record<string, unknown>> =>
  JSON.parse(await cli.run(["stack", "output", "--json", "--stack", stack])) as Record<string, unknown>;

export const tagsOf = async (cli: Cli, stack: string): Promise<Record<string, string>> =>
  JSON.parse(await cli.run(["stack", "tag", "ls", "--json", "--stack", stack])) as Record<string, string>;

/** What is not there is no error. */
export async function removeTags(cli: Cli, stack: string, names: readonly string[]): Promise<void> {
  for (const name of names) await cli.run(["stack", "tag", "rm", name, "--stack", stack]);
}

/** One after the other, in this order: whoever is cut short has set the first ones. */
export async function setTags(cli: Cli, stack: string, values: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(values)) {
    await cli.run(["stack", "tag", "set", name, value, "--stack", stack]);
  }
}
