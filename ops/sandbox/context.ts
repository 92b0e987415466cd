/** What the commands for sandboxes work with; tests put their own in its place. */
import type { AzureSettings } from "../azure/signIn.ts";

/** The Pulumi CLI, in the project's folder. */
export interface Cli {
  /** A command that answers at once: what it prints. @throws PulumiFailed */
  run(args: readonly string[]): Promise<string>;
  /** A command that takes its time: its lines are shown as they come. @throws PulumiFailed */
  work(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<void>;
}

export interface Context {
  cli: Cli;
  /** What is left in Azure; `undefined` where the settings have no Azure at all. */
  azure: (settings: AzureSettings) => Promise<Inventory>;
  /** Folder with Pulumi.yaml and the stack files. */
  folder: string;
  /** A line for the person who waits. */
  say: (line: string) => void;
  now: () => Date;
}

/** A resource group of a stack. */
export interface Group {
  id: string;
  name: string;
  tags: Record<string, string>;
}

/** What Azure has of a stack, by tag and by id. */
export interface Inventory {
  /** Resource groups that the program made: of one stack, or of all. */
  groups(stack?: string): Promise<Group[]>;
  /** Ids of resources with the stack's tag, in whatever group. */
  resources(stack: string): Promise<string[]>;
  /** Which of these role assignments are still there. */
  grants(ids: readonly string[]): Promise<string[]>;
  deleteGroup(name: string): Promise<void>;
  deleteResource(id: string): Promise<void>;
  deleteGrant(id: string): Promise<void>;
  /** Deletes a repository of an Azure container registry with all its tags. @returns whether it was there */
  deleteRepository(loginServer: string, repository: string): Promise<boolean>;
}
