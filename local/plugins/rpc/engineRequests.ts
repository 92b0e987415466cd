/** The interface that a provider plugin implements, with the requests of Pulumi's engine in typed form. */
import type { ResourceLog } from "./engineLog.ts";
import type { Properties } from "./wireValues.ts";

/** Common fields of requests about one resource. */
export interface ResourceRequest {
  urn: string;
  /** Type token, such as `kubernetes:apps/v1:Deployment`. */
  type: string;
  /** The resource's name in the program. */
  name: string;
  /** Messages shown at this resource in Pulumi's display. */
  log: ResourceLog;
  /** Aborted when the user presses Ctrl-C. Waits then end immediately by throwing `signal.reason`. */
  signal: AbortSignal;
}

export interface CheckRequest extends ResourceRequest {
  /** Checked inputs of the last deployment; empty for a new resource. */
  olds: Properties;
  news: Properties;
  /** The seed for random names, which is constant for a resource during an update. */
  randomSeed: Uint8Array;
  autonaming?: { proposedName: string; mode: "propose" | "enforce" | "disable" } | undefined;
}

export interface CheckResult {
  inputs: Properties;
  failures?: { property: string; reason: string }[];
}

export interface DiffRequest extends ResourceRequest {
  id: string;
  /** Outputs in the state. */
  olds: Properties;
  oldInputs: Properties;
  news: Properties;
  ignoreChanges: string[];
}

export interface PropertyChange {
  kind: "add" | "delete" | "update";
  /** This change cannot be made in place. */
  replace?: boolean;
  /** The change is between old and new inputs, not between the state and the new inputs. */
  inputDiff?: boolean;
}

export interface DiffResult {
  /** By property path, such as `spec.template.spec.containers[0].image`. Empty if nothing changed. */
  changes: Record<string, PropertyChange>;
  deleteBeforeReplace?: boolean;
}

export interface CreateRequest extends ResourceRequest {
  inputs: Properties;
  /** The caller's limit in seconds (`customTimeouts`), 0 for none. */
  timeoutSeconds: number;
  preview: boolean;
}

export interface CreateResult {
  /** May be empty in a preview. */
  id: string;
  outputs: Properties;
}

export interface ReadRequest extends ResourceRequest {
  id: string;
  /** Outputs in the state; empty for an import or a `get`. */
  outputs: Properties;
  /** Inputs in the state; empty for an import or a `get`. */
  inputs: Properties;
  timeoutSeconds: number;
}

/** `undefined` where the resource no longer exists. */
export type ReadResult = { id: string; inputs: Properties; outputs: Properties } | undefined;

export interface UpdateRequest extends ResourceRequest {
  id: string;
  /** Outputs in the state. */
  olds: Properties;
  oldInputs: Properties;
  news: Properties;
  timeoutSeconds: number;
  ignoreChanges: string[];
  preview: boolean;
}

export interface DeleteRequest extends ResourceRequest {
  id: string;
  /** Outputs in the state. */
  olds: Properties;
  oldInputs: Properties;
  timeoutSeconds: number;
}

export interface Provider {
  /** The plugin's name in messages. */
  name: string;
  /** A semantic version, returned by GetPluginInfo. The engine warns if it is older than the SDK's: use `adapterVersion`. */
  version: string;
  /** Checks the provider resource's own inputs. Default: accepts them unchanged. */
  checkConfig?(request: CheckRequest): Promise<CheckResult>;
  /** Compares the provider resource's own inputs. Default: shows changes and never replaces. */
  diffConfig?(request: DiffRequest): Promise<DiffResult>;
  /** Receives the configuration. The engine calls it once, before any resource, but not while a part of the configuration is unknown. `log` is the stack's. */
  configure(config: Properties, log: ResourceLog): Promise<void>;
  check(request: CheckRequest): Promise<CheckResult>;
  diff(request: DiffRequest): Promise<DiffResult>;
  /** @throws InitializationError when the resource was created, but failed to initialize */
  create(request: CreateRequest): Promise<CreateResult>;
  read(request: ReadRequest): Promise<ReadResult>;
  /** Returns the new outputs. @throws InitializationError when the resource was updated, but failed to initialize */
  update(request: UpdateRequest): Promise<Properties>;
  /** Resolves when the resource is gone, including when it was gone already. */
  delete(request: DeleteRequest): Promise<void>;
  /** Calls a function of the package. Default: refuses every function. */
  invoke?(token: string, args: Properties, signal: AbortSignal): Promise<Properties>;
}
