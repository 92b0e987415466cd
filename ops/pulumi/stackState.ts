/** What the backend stores about a stack: its outputs, its tags and its state. */
import type { Cli } from "./pulumiCli.ts";

/** The format of `pulumi stack export` and `pulumi stack import`. */
export interface State {
  /** Null: the stack was never updated. */
  deployment?: {
    resources?: StateResource[];
    /** Operations that an update began and whose outcome is unknown. */
    pending_operations?: PendingOperation[];
    [key: string]: unknown;
  } | null;
  [key: string]: unknown;
}

export interface PendingOperation {
  /** "creating", "updating", "deleting", "reading", "importing". */
  type: string;
  /** The intended resource: complete, except for the id and outputs if it was being created. */
  resource: StateResource;
}

export interface StateResource {
  urn: string;
  type: string;
  id?: string;
  custom?: boolean;
  external?: boolean;
  /** URN of its parent component. */
  parent?: string;
  /** It has already been replaced, and only waits for deletion. */
  delete?: boolean;
  outputs?: Record<string, unknown>;
  inputs?: Record<string, unknown>;
}

/** @throws PulumiFailed if the stack does not exist; the other functions here do the same */
export const stateOf = async (cli: Cli, stack: string): Promise<State> =>
  JSON.parse(await cli.run(["stack", "export", "--stack", stack])) as State;

/** Outputs of the last successful update. Secrets stay "[secret]". */
export const outputsOf = async (cli: Cli, stack: string): Promise<Record<string, unknown>> =>
  JSON.parse(await cli.run(["stack", "output", "--json", "--stack", stack])) as Record<string, unknown>;

/** Like `outputsOf`, with secrets decrypted. */
export const outputsWithSecrets = async (cli: Cli, stack: string): Promise<Record<string, unknown>> =>
  JSON.parse(await cli.run(["stack", "output", "--json", "--show-secrets", "--stack", stack])) as Record<
    string,
    unknown
  >;

export const tagsOf = async (cli: Cli, stack: string): Promise<Record<string, string>> =>
  JSON.parse(await cli.run(["stack", "tag", "ls", "--json", "--stack", stack])) as Record<string, string>;

/** Missing tags are not an error. */
export async function removeTags(cli: Cli, stack: string, names: readonly string[]): Promise<void> {
  for (const name of names) await cli.run(["stack", "tag", "rm", name, "--stack", stack]);
}

/** Sets them one after another, in this order: after an interruption, the first ones are set. */
export async function setTags(cli: Cli, stack: string, values: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(values)) {
    await cli.run(["stack", "tag", "set", name, value, "--stack", stack]);
  }
}
