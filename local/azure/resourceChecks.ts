/** Checks that apply to requests for resources of every type, with ARM's codes and words. */
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

const busyStates = ["Creating", "Updating", "Deleting"];

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

/** @throws 409 while an operation on the resource or its parent is in progress */
export function requireIdle(cloud: Cloud, id: string): void {
  for (const candidate of [id, id.replace(/\/agentPools\/[^/]+$/i, "")]) {
    const state = asString(cloud.inventory.get(candidate)?.resource.properties.provisioningState);
    const current = cloud.operations.current(candidate);
    if (state !== undefined && busyStates.includes(state) && current !== undefined) throw anotherOperation(state);
  }
}

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
