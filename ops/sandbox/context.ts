/** What the commands for sandboxes work with; tests put their own in its place. */
import type { AzureResources } from "../azure/azureResources.ts";
import type { ClusterPower } from "../azure/clusterPower.ts";
import type { AzureSettings, Principal } from "../azure/signIn.ts";
import type { WorkingCli } from "../pulumi/pulumiCli.ts";
import type { LockTaking } from "../pulumi/stackLock.ts";
import type { UpdateWatch } from "../rollout/watchedUpdate.ts";

export interface Context extends UpdateWatch {
  /** In the project's folder. */
  cli: WorkingCli;
  /** What is left in Azure; `undefined` where the settings have no Azure at all. */
  azure: (settings: AzureSettings) => Promise<Inventory>;
  /** Whether clusters run. */
  power: (settings: AzureSettings) => Promise<ClusterPower>;
  /** Asks Azure whether a new stack with the settings of a file can be created. @throws CouldNotRun when it cannot */
  preflight: (stack: string, file: string) => Promise<void>;
  /** Single resources in Azure, by their ids. */
  resources: (settings: AzureSettings) => Promise<AzureResources>;
  /** A cluster that sandboxes share, by its kubeconfig. */
  cluster: (kubeconfig: string) => Promise<SharedCluster>;
  /** Folder with Pulumi.yaml and the stack files. */
  folder: string;
  /** A line for the person who waits. */
  say: (line: string) => void;
  now: () => Date;
  /** When a lock on a state counts as left over. */
  lock: LockTaking;
  /** The same, with commands and requests that end when the signal aborts. */
  within: (signal: AbortSignal) => Context;
}

/** A resource group of a stack. */
export interface Group {
  id: string;
  name: string;
  tags: Record<string, string>;
}

/** The tags by which a stack's things are known, beside `managed-by`. */
export interface Marks {
  app: string;
  stack: string;
  /** Of the state backend: see backendMark. What has no such mark is from before there was one, and counts as well. */
  backend: string;
}

/** What Azure has of a stack, by tag and by id. */
export interface Inventory {
  /** Resource groups that the program made for an app: of one stack, or of all. */
  groups(of: Pick<Marks, "app"> & Partial<Marks>): Promise<Group[]>;
  /** Ids of resources that the program made for a stack, in whatever group. */
  resources(of: Marks): Promise<string[]>;
  /** Which of these role assignments are still there. */
  grants(ids: readonly string[]): Promise<string[]>;
  deleteGroup(name: string): Promise<void>;
  deleteResource(id: string): Promise<void>;
  deleteGrant(id: string): Promise<void>;
  /**
   * Login servers of the registries that the Resource Manager lists in the subscription, and of the one that the stack's
   * settings name. Only these ever see a token.
   */
  registries(): Promise<ReadonlySet<string>>;
  /** Deletes a repository of one of these registries with all its tags. @returns whether it was there */
  deleteRepository(loginServer: string, repository: string): Promise<boolean>;
  /** Who is signed in. */
  principal(): Promise<Principal>;
}

/** What is on a cluster that outlives the sandbox. */
export interface SharedCluster {
  /** Address of the API server, for messages. */
  server: string;
  /** Labels of a namespace; `undefined` when there is none of that name. @throws Error when the cluster does not say */
  namespace(name: string): Promise<Record<string, string> | undefined>;
  /** Deletes a namespace, and waits until all that was in it is gone. @throws Error when that takes too long */
  deleteNamespace(name: string): Promise<void>;
}
