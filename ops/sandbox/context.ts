/** Dependencies of the sandbox commands; tests replace them. */
import type { AzureResources } from "../azure/azureResources.ts";
import type { ClusterPower } from "../azure/clusterPower.ts";
import type { Marks } from "../azure/marks.ts";
import type { AzureSettings, Principal } from "../azure/signIn.ts";
import type { WorkingCli } from "../pulumi/pulumiCli.ts";
import type { LockTaking } from "../pulumi/stackLock.ts";
import type { UpdateWatch } from "../rollout/watchedUpdate.ts";

export interface Context extends UpdateWatch {
  /** Runs in the project's folder. */
  cli: WorkingCli;
  /** The stack's leftovers in Azure; `undefined` if the settings do not use Azure. */
  azure: (settings: AzureSettings) => Promise<Inventory>;
  /** Whether clusters run. */
  power: (settings: AzureSettings) => Promise<ClusterPower>;
  /** Checks in Azure whether a new stack with a file's settings can be created. @throws CouldNotRun if it cannot */
  preflight: (stack: string, file: string) => Promise<void>;
  /** Single resources in Azure, by their ids. */
  resources: (settings: AzureSettings) => Promise<AzureResources>;
  /** A cluster shared by sandboxes, by its kubeconfig. */
  cluster: (kubeconfig: string) => Promise<SharedCluster>;
  /** Folder with Pulumi.yaml and the stack files. */
  folder: string;
  /** Prints a progress line for the user. */
  say: (line: string) => void;
  now: () => Date;
  /** When a lock on a state counts as stale. */
  lock: LockTaking;
  /** The same context, with commands and requests that stop when the signal aborts. */
  within: (signal: AbortSignal) => Context;
}

/** A stack's resource group. */
export interface Group {
  id: string;
  name: string;
  tags: Record<string, string>;
}

/** What a stack has in Azure, by tag and by id. */
export interface Inventory {
  /** Resource groups that the program created for an app: of one stack, or of all. */
  groups(of: Pick<Marks, "app"> & Partial<Marks>): Promise<Group[]>;
  /** Ids of resources that the program created for a stack, in any group. */
  resources(of: Marks): Promise<string[]>;
  /** Which of these role assignments still exist. */
  grants(ids: readonly string[]): Promise<string[]>;
  deleteGroup(name: string): Promise<void>;
  deleteResource(id: string): Promise<void>;
  deleteGrant(id: string): Promise<void>;
  /**
   * Login servers of the registries that the Resource Manager lists in the subscription, and of the registry in the
   * stack's settings. Tokens are sent to these only.
   */
  registries(): Promise<ReadonlySet<string>>;
  /** Deletes a repository of one of these registries with all its tags. @returns whether it existed */
  deleteRepository(loginServer: string, repository: string): Promise<boolean>;
  /** The signed-in identity. */
  principal(): Promise<Principal>;
}

/** A sandbox's objects on a cluster that outlives it. */
export interface SharedCluster {
  /** Address of the API server, for messages. */
  server: string;
  /** Labels of a namespace; `undefined` if it does not exist. @throws Error if the cluster does not answer */
  namespace(name: string): Promise<Record<string, string> | undefined>;
  /** Deletes a namespace, and waits until its contents are gone. @throws Error if that takes too long */
  deleteNamespace(name: string): Promise<void>;
}
