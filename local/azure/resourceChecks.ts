/** Checks for requests for resources of every type, with ARM's codes and messages. */
import type { Cloud } from "./cloud.ts";
import {
  anotherOperation,
  ArmError,
  invalidRequestContent,
  locationRequired,
  parentResourceNotFound,
  resourceGroupNotFound,
  resourceNotFound,
} from "./armErrors.ts";
import type { Entry } from "./inventory.ts";
import { asObject, asString, isGiven, type JsonObject } from "./jsonValues.ts";
import { locationNames, normalizeLocation } from "./locations.ts";
import { idKey, resourceGroupId } from "./resourcePath.ts";
import { resourceGroupType } from "./resourceTypes/resourceGroup.ts";
import type { ResourceType } from "./resourceTypes/resourceType.ts";

/** The resource that a request addresses, whether it exists or not. */
export interface Named {
  type: ResourceType;
  id: string;
  name: string;
  /** Its parent: a resource group, another resource, or for role assignments any scope. */
  scope: string;
  resourceGroup: string | undefined;
  entry: Entry | undefined;
}

const busyStates = ["Creating", "Updating", "Deleting", "Stopping", "Starting"];

/** The existing resource. @throws ARM's errors when it or its parent does not exist */
export function existing(cloud: Cloud, named: Named): Entry {
  if (named.entry !== undefined) return named.entry;
  requireScope(cloud, named);
  if (named.type.type === resourceGroupType) throw resourceGroupNotFound(named.name);
  if (named.resourceGroup === undefined || !named.type.tracked) {
    throw new ArmError(
      404,
      notFoundCode(named.type.type),
      `The ${lastPart(named.type.type)} '${named.name}' is not found.`,
    );
  }
  throw resourceNotFound(named.type.type, named.name, named.resourceGroup);
}

function notFoundCode(type: string): string {
  return type.endsWith("/roleAssignments") ? "RoleAssignmentNotFound" : "NotFound";
}

function lastPart(type: string): string {
  return type.split("/").at(-1) ?? type;
}

/** @throws 404 when the resource's parent does not exist, 409 when the parent is being deleted */
export function requireScope(cloud: Cloud, { type, scope, resourceGroup }: Named): void {
  if (type.type === resourceGroupType || resourceGroup === undefined) return;
  const group = cloud.inventory.get(resourceGroupId(cloud.deployer.subscriptionId, resourceGroup));
  if (group === undefined) throw resourceGroupNotFound(resourceGroup);
  if (group.resource.properties.provisioningState === "Deleting") {
    throw new ArmError(
      409,
      "ResourceGroupBeingDeleted",
      `The resource group '${resourceGroup}' is in deprovisioning state and cannot perform this operation.`,
    );
  }
  if (cloud.inventory.get(scope) !== undefined) return;
  const [parentType, parentName] = scope.split("/").slice(-2);
  const namespace = type.type.split("/")[0] ?? "";
  throw type.type.endsWith("/roleAssignments")
    ? resourceNotFound(parentType ?? "", parentName ?? "", resourceGroup)
    : parentResourceNotFound(type.type, `${namespace}/${parentType}`, parentName ?? "");
}

/**
 * AKS runs one operation at a time on a cluster with its pools and maintenance windows; other services, one on each resource.
 * @throws 409 OperationNotAllowed while another one is in progress
 */
export function requireIdle(cloud: Cloud, id: string): void {
  const cluster = /^.*\/managedClusters\/[^/]+/i.exec(id)?.[0];
  const current = cluster === undefined ? cloud.operations.current(id) : cloud.operations.within(cluster);
  const busy = current && cloud.inventory.get(current.resourceId)?.resource;
  const state = asString(busy?.properties.provisioningState) ?? "";
  if (current === undefined || busy === undefined || !busyStates.includes(state)) return;
  const kind = kindsOfWork[lastPart(busy.type)] ?? { what: lastPart(busy.type), where: lastPart(busy.type) };
  const verb = { Creating: "create", Deleting: "delete", Stopping: "stop", Starting: "start" }[state] ?? "update";
  throw anotherOperation(`${verb} ${kind.what}`, `${kind.where} ${busy.name}`, current);
}

/** AKS's names for its operations. */
const kindsOfWork: Record<string, { what: string; where: string }> = {
  managedClusters: { what: "managed cluster", where: "managed cluster" },
  agentPools: { what: "node pool", where: "agent pool" },
};

/** The normalized location of a tracked resource. @throws 400 when it is missing or unknown, 409 when it would change */
export function readLocation({ type, name, entry, resourceGroup }: Named, body: JsonObject): string {
  const asked = asString(body.location);
  if (asked === undefined || asked === "") throw locationRequired();
  const location = type.global === true ? globalOnly(asked) : normalizeLocation(asked);
  if (location === undefined) {
    const group = type.type === resourceGroupType;
    throw new ArmError(
      400,
      group ? "LocationNotAvailableForResourceGroup" : "LocationNotAvailableForResourceType",
      `The provided location '${asked}' is not available for ${group ? "resource group" : `resource type '${type.type}'`}. ` +
        `List of available regions is '${type.global === true ? "global" : locationNames.join(",")}'.`,
    );
  }
  const before = entry?.resource.location;
  if (before !== undefined && before !== location && type.type !== resourceGroupType) {
    throw new ArmError(
      409,
      "InvalidResourceLocation",
      `The resource '${name}' already exists in location '${before}' in resource group '${resourceGroup}'. ` +
        `A resource with the same name cannot be created in location '${location}'. Please select a new resource name.`,
    );
  }
  return location;
}

/**
 * Whether another resource of the type has the name, for names that are unique in all of Azure because they become host names.
 *
 * @param id of the resource itself, which may exist already
 */
export function isNameTaken(cloud: Cloud, type: string, name: string, id = ""): boolean {
  const sameName = (other: string) => other.toLowerCase() === name.toLowerCase();
  return (
    cloud.simulation.limits.takenNames.some(sameName) ||
    cloud.inventory.ofType(type).some(({ resource }) => sameName(resource.name) && idKey(resource.id) !== idKey(id))
  );
}

const globalOnly = (location: string) => (location.toLowerCase() === "global" ? "global" : undefined);

/** The tags of a request, if any. @throws 400 when they are not an object of strings */
export function readTags(body: JsonObject): Record<string, string> {
  if (!isGiven(body.tags)) return {};
  const tags = asObject(body.tags);
  if (tags === undefined || Object.values(tags).some((value) => typeof value !== "string")) {
    throw invalidRequestContent("tags must be an object of strings");
  }
  if (Object.keys(tags).length > 50) {
    throw new ArmError(400, "InvalidTags", "A resource can have at most 50 tags.");
  }
  return tags as Record<string, string>;
}

/** The location for an operation on a child resource, which has none of its own. */
export function locationOfParent(cloud: Cloud, scope: string): string {
  return cloud.inventory.get(scope)?.resource.location ?? "global";
}
