/** What the Resource Manager needs to know of a type of resource to serve it. */
import type { Facts } from "../assignmentConditions.ts";
import type { Principal } from "../directory.ts";
import type { ArmError } from "../armErrors.ts";
import type { Cloud } from "../cloud.ts";
import type { Entry, OperationRecord, Resource } from "../inventory.ts";
import type { JsonObject } from "../jsonValues.ts";

/** A request to create or change a resource, checked as far as all types have in common. */
export interface PutRequest {
  cloud: Cloud;
  id: string;
  name: string;
  /** The resource's resource group, subscription, or other parent. */
  scope: string;
  resourceGroup: string | undefined;
  body: JsonObject;
  existing: Entry | undefined;
  /** Normalised; "" for types that have none. */
  location: string;
  caller: Principal;
  /** What the client asked with: a setting that it does not have is as if it had not been said. */
  apiVersion: string;
}

/** What a PUT makes of a resource. */
export interface PutOutcome {
  /** Type, id and name are filled in by the Resource Manager. */
  resource: Omit<Resource, "id" | "name" | "type">;
  /** Facts to remember that are not shown. */
  inner?: JsonObject;
}

/** An action such as `listCredentials`, called by POST. */
export type Action = (request: {
  cloud: Cloud;
  entry: Entry;
  body: JsonObject;
  query: URLSearchParams;
}) => Promise<unknown>;

export interface ResourceType {
  /** Full name, such as `Microsoft.ContainerService/managedClusters`. */
  type: string;
  apiVersions: readonly string[];
  /** Has a location and tags, and is listed among a group's resources. */
  tracked: boolean;
  /** Lies in no region: its location is `global`. */
  global?: boolean;
  /** @returns what is wrong with a name, or undefined. */
  checkName(name: string): ArmError | undefined;
  /** Checks that need to ask elsewhere, before `put`. */
  checkAhead?(request: Pick<PutRequest, "cloud" | "name" | "body">): Promise<void>;
  /** What conditions of role assignments may ask about a request. */
  facts?(entry: Entry | undefined, body: JsonObject): Facts;
  /** Never waits: what it looked at is still so when its outcome is stored. */
  put(request: PutRequest): PutOutcome;
  /** Work after the resource has been stored; while it runs the resource is Creating or Updating. May run twice after a restart. */
  provision?(cloud: Cloud, entry: Entry, operation: OperationRecord): Promise<void>;
  /** What answers a PUT that creates: 201, unless the service documents another status, and its clients refuse 201. */
  createdStatus?: number;
  /** Whether a PUT answers at once with the state Creating even when provisioning is over in a moment. */
  alwaysAsynchronous?: boolean;
  /** Refuses a removal by throwing. */
  checkRemoval?(cloud: Cloud, entry: Entry): void;
  /** Work before the resource disappears. May run twice after a restart. */
  remove?(cloud: Cloud, entry: Entry): Promise<void>;
  /** The resource as an api-version shows it; as it is stored when left out. */
  present?(cloud: Cloud, entry: Entry, apiVersion: string): Resource;
  /** Disappears with what it is a part of, and not before. */
  permanent?: boolean;
  /** PATCH changes tags only. */
  patchesTagsOnly?: boolean;
  actions?: Record<string, Action>;
}
