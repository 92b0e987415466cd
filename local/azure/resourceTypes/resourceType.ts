/** What the Resource Manager needs to serve a resource type. */
import type { Facts } from "@tarmac/validate/assignmentCondition";
import type { Principal } from "../directory.ts";
import type { ArmError } from "../armErrors.ts";
import type { Cloud } from "../cloud.ts";
import type { Entry, OperationRecord, Resource } from "../inventory.ts";
import type { JsonObject } from "../jsonValues.ts";

/** A request to create or change a resource, after the checks that all types share. */
export interface PutRequest {
  cloud: Cloud;
  id: string;
  name: string;
  /** The resource's resource group, subscription, or other parent. */
  scope: string;
  resourceGroup: string | undefined;
  body: JsonObject;
  existing: Entry | undefined;
  /** Normalized; "" for types without a location. */
  location: string;
  caller: Principal;
  /** The requested api-version. Settings that it does not have are ignored. */
  apiVersion: string;
}

/** The result of a PUT. */
export interface PutOutcome {
  /** The Resource Manager adds type, id and name. */
  resource: Omit<Resource, "id" | "name" | "type">;
  /** Data to store that is not shown. */
  inner?: JsonObject;
}

/** An action such as `listCredentials`, called by POST. */
export type Action = (request: {
  cloud: Cloud;
  entry: Entry;
  body: JsonObject;
  query: URLSearchParams;
  caller: Principal;
}) => Promise<unknown>;

/** An action that takes time, such as `stop`: accepted with 202, and run as an operation. */
export interface LongAction {
  /** Provisioning state while it runs. */
  state: string;
  /** Refuses by throwing. */
  check(entry: Entry): void;
  /** May run again after a restart. */
  run(cloud: Cloud, entry: Entry, operation: OperationRecord): Promise<void>;
}

/** An action that leaves the resource as it is, such as an import: accepted with 202, and run as an operation. */
export interface QueuedAction {
  /** @returns what `run` gets. @throws ArmError when the request is refused at once */
  accept(request: { cloud: Cloud; entry: Entry; body: JsonObject; caller: Principal }): JsonObject;
  /** May run again after a restart. @throws ArmError which becomes the operation's */
  run(cloud: Cloud, entry: Entry, input: JsonObject): Promise<void>;
}

export interface ResourceType {
  /** Full name, such as `Microsoft.ContainerService/managedClusters`. */
  type: string;
  apiVersions: readonly string[];
  /** Has a location and tags, and is listed among a group's resources. */
  tracked: boolean;
  /** Belongs to no region: its location is `global`. */
  global?: boolean;
  /** @returns the error for an invalid name, or undefined */
  checkName(name: string): ArmError | undefined;
  /** What conditions of role assignments can refer to in a request. */
  facts?(entry: Entry | undefined, body: JsonObject): Facts;
  /** Synchronous, so that what it has checked is still true when its result is stored. */
  put(request: PutRequest): PutOutcome;
  /** Runs after the resource has been stored, while its state is Creating or Updating. May run again after a restart. */
  provision?(cloud: Cloud, entry: Entry, operation: OperationRecord): Promise<void>;
  /** Status of a PUT that creates the resource. Default: 201. Set where the service documents another one and its clients refuse 201. */
  createdStatus?: number;
  /** Whether a PUT answers immediately with the state Creating, even if provisioning takes only a moment. */
  alwaysAsynchronous?: boolean;
  /** Refuses a removal by throwing. */
  checkRemoval?(cloud: Cloud, entry: Entry): void;
  /** Runs before the resource is removed. May run again after a restart. */
  remove?(cloud: Cloud, entry: Entry): Promise<void>;
  /** The resource as an api-version shows it. Default: as it is stored. */
  present?(cloud: Cloud, entry: Entry, apiVersion: string): Resource;
  /** Can only be deleted together with its parent. */
  permanent?: boolean;
  /** Refuses a PATCH by throwing. */
  checkPatch?(entry: Entry): void;
  /** PATCH changes tags only. */
  patchesTagsOnly?: boolean;
  actions?: Record<string, Action>;
  longActions?: Record<string, LongAction>;
  queuedActions?: Record<string, QueuedAction>;
}
