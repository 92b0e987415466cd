/** What is checked of a request for a resource before its type sees it, in ARM's words. */
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
import { locationNames, normaliseLocation } from "./locations.ts";
import { idKey, resourceGroupId } from "./resourcePath.ts";
import { resourceGroupType } from "./resourceTypes/resourceGroup.ts";
import type { ResourceType } from "./resourceTypes/resourceType.ts";

/** A resource as a request names it, whether it exists or not. */
export interface Named {
  type: ResourceType;
  id: string;
  name: string;
  /** What it hangs on: a resource group, a parent resource, or for role assignments any scope. */
  scope: string;
  resourceGroup: string | undefined;
  entry: Entry | undefined;
}

const busyStates = ["Creating", "Updating", "Deleting"];

/** The resource itself. @throws ARM's errors when it, or what it hangs on, does not exist. */
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

/** @throws 404 when what the resource hangs on does not exist, 409 when it is being deleted. */
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

/** @throws 409 while the resource, or the one it is a part of, is being worked on. */
export function requireIdle(cloud: Cloud, id: string): void {
  for (const candidate of [id, id.replace(/\/agentPools\/[^/]+$/i, "")]) {
    const state = asString(cloud.inventory.get(candidate)?.resource.properties.provisioningState);
    const current = cloud.operations.current(candidate);
    if (state !== undefined && busyStates.includes(state) && current !== undefined) throw anotherOperation(state);
  }
}

/** The normalised location of a tracked resource. @throws 400 when missing or unknown, 409 when it would change. */
export function readLocation({ type, name, entry, resourceGroup }: Named, body: JsonObject): string {
  const asked = asString(body.location);
  if (asked === undefined || asked === "") throw locationRequired();
  const location = type.global === true ? globalOnly(asked) : normaliseLocation(asked);
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
 * Whether another resource of the type has a name that is unique in all of Azure, not just in a resource group: it becomes a host name.
 *
 * @param id of the resource that asks for it, if there may be one already
 */
export function isNameTaken(cloud: Cloud, type: string, name: string, id = ""): boolean {
  return cloud.inventory
    .ofType(type)
    .some(({ resource }) => resource.name.toLowerCase() === name.toLowerCase() && idKey(resource.id) !== idKey(id));
}

const globalOnly = (location: string) => (location.toLowerCase() === "global" ? "global" : undefined);

/** The tags of a request; none when they are left out. @throws 400 when they are no object of strings. */
export function readTags(body: JsonObject): Record<string, string> {
  if (!isGiven(body.tags)) return {};
  const tags = asObject(body.tags);
  if (tags === undefined || Object.values(tags).some((value) => typeof value !== "string")) {
    throw invalidRequestContent("tags must be an object of strings");
  }
  if (Object.keys(tags).length > 50) {
    throw new ArmError(400, "InvalidTags", "A resource can have 50 tags at most.");
  }
  return tags as Record<string, string>;
}

/** A child has no location of its own. */
export function locationOfParent(cloud: Cloud, scope: string): string {
  return cloud.inventory.get(scope)?.resource.location ?? "global";
}
