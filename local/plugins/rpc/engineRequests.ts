/** What a provider plugin implements: the requests of Pulumi's engine in typed form. */
import type { ResourceLog } from "./engineLog.ts";
import type { Properties } from "./propertyValues.ts";

/** What every request about one resource carries. */
export interface ResourceRequest {
  urn: string;
  /** Type token, such as `kubernetes:apps/v1:Deployment`. */
  type: string;
  /** The resource's name in the program. */
  name: string;
  /** Messages shown at this resource in Pulumi's display. */
  log: ResourceLog;
  /** Aborted when the user presses Ctrl-C; a wait then ends at once by throwing `signal.reason`. */
  signal: AbortSignal;
}

export interface CheckRequest extends ResourceRequest {
  /** Inputs of the last deployment, checked then; empty for a new resource. */
  olds: Properties;
  news: Properties;
  /** Same for the same resource in the same update: what random names are derived from. */
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
  /** The change is one between old and new inputs, not between the state and the new inputs. */
  inputDiff?: boolean;
}

export interface DiffResult {
  /** By property path, such as `spec.template.spec.containers[0].image`. Nothing in it: nothing changed. */
  changes: Record<string, PropertyChange>;
  deleteBeforeReplace?: boolean;
  /** Properties that never change in an update; the engine keeps them known in previews. */
  stables?: string[];
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
  /** Shown in messages about the plugin itself. */
  name: string;
  /** A semantic version, returned by GetPluginInfo: `adapterVersion` (version.ts), the engine warns of an older one. */
  version: string;
  /** Checks the provider resource's own inputs; the default takes them as they are. */
  checkConfig?(request: CheckRequest): Promise<CheckResult>;
  /** Compares the provider resource's own inputs; the default shows changes and never replaces. */
  diffConfig?(request: DiffRequest): Promise<DiffResult>;
  /** Takes the configuration. The engine calls it once, before any resource, and not at all while a part of it is unknown. `log` is the stack's. */
  configure(config: Properties, log: ResourceLog): Promise<void>;
  check(request: CheckRequest): Promise<CheckResult>;
  diff(request: DiffRequest): Promise<DiffResult>;
  /** @throws InitializationError when the resource was created, but is not as it should be. */
  create(request: CreateRequest): Promise<CreateResult>;
  read(request: ReadRequest): Promise<ReadResult>;
  /** @throws InitializationError when the resource was updated, but is not as it should be. Returns the new outputs. */
  update(request: UpdateRequest): Promise<Properties>;
  /** Returns when the resource is gone; that it was gone already is no error. */
  delete(request: DeleteRequest): Promise<void>;
  /** Calls a function of the package; without it every function is refused. */
  invoke?(token: string, args: Properties, signal: AbortSignal): Promise<Properties>;
}
