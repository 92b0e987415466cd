/** The Resource Manager's entry point: authenticates the caller, parses the target of the request, and routes it. */
import { isGuid } from "@tarmac/validate/azureNames";
import { acceptsVersion } from "./apiVersions.ts";
import { authenticate } from "./authentication.ts";
import { checkAccess } from "./checkAccess.ts";
import type { Cloud } from "./cloud.ts";
import type { Principal } from "./directory.ts";
import {
  ArmError,
  invalidPath,
  methodNotAllowed,
  missingApiVersion,
  resourceGroupNotFound,
  subscriptionNotFound,
} from "./armErrors.ts";
import type { Reply, Request } from "./httpMessages.ts";
import type { JsonObject } from "./jsonValues.ts";
import { filterResources, page } from "./lists.ts";
import { policyAssignments } from "./azurePolicy.ts";
import { parsePath, resourceGroupId, subscriptionId, type Target } from "./resourcePath.ts";
import type { Named } from "./resourceChecks.ts";
import { act, actionOf, present, resource } from "./resourceRequests.ts";
import { listAssignments, presentAssignment } from "./resourceTypes/roleAssignment.ts";
import { eligibleRoles } from "./roleEligibility.ts";
import { resourceGroup, resourceGroupType } from "./resourceTypes/resourceGroup.ts";
import type { ResourceType } from "./resourceTypes/resourceType.ts";
import { findType, requireType } from "./resourceTypes/servedResourceTypes.ts";
import { roleDefinitions } from "./roleDefinitionRequests.ts";
import { subscriptionPaths, tenantPaths } from "./subscriptions.ts";

/** Answers a request to the Resource Manager. @throws ArmError */
export async function resourceManager(cloud: Cloud, request: Request): Promise<Reply> {
  const caller = await authenticate(cloud, request);
  const apiVersion = request.query.get("api-version") ?? "";
  if (apiVersion === "") throw missingApiVersion();
  const answered = tenantPaths(cloud, request, caller) ?? cloud.operations.answer(request);
  if (answered !== undefined) return answered;
  const target = parsePath(request.path);
  if (target === undefined) throw invalidPath(request.path);
  if (target.namespace?.toLowerCase() === "microsoft.authorization") {
    const reply = await authorizationPaths(cloud, request, caller, target);
    if (reply !== undefined) return reply;
  }
  if (target.subscription === undefined) throw invalidPath(request.path);
  requireSubscription(cloud, target.subscription);
  const rest = request.path.split("/").slice(3).join("/");
  return (
    (await subscriptionPaths(cloud, request, caller, rest)) ??
    (target.namespace === undefined
      ? groupPaths(cloud, request, caller, rest, apiVersion)
      : providerPaths(cloud, request, caller, target, target.namespace, apiVersion))
  );
}

/** Creates or changes a resource as a request of the caller would, and waits for the end of its provisioning. @throws ArmError */
export async function putResource(
  cloud: Cloud,
  caller: Principal,
  id: string,
  apiVersion: string,
  body: JsonObject,
): Promise<void> {
  await asCaller(cloud, caller, "PUT", id, apiVersion, Buffer.from(JSON.stringify(body)));
  const operation = cloud.operations.current(id);
  await cloud.operations.workDone(id);
  const { code, message } = operation?.error ?? {};
  if (code !== undefined) throw new ArmError(409, code, message ?? "");
}

/** A resource as a request of the caller would read it. @throws ArmError */
export async function readResource(
  cloud: Cloud,
  caller: Principal,
  id: string,
  apiVersion: string,
): Promise<JsonObject> {
  const { body } = await asCaller(cloud, caller, "GET", id, apiVersion);
  return structuredClone(body) as JsonObject;
}

/** An internal request for the caller, such as one of a template deployment. @throws ArmError */
function asCaller(
  cloud: Cloud,
  caller: Principal,
  method: "GET" | "PUT",
  id: string,
  apiVersion: string,
  body = Buffer.alloc(0),
) {
  const target = parsePath(id);
  if (target?.namespace === undefined) throw invalidPath(id);
  const request: Request = {
    method,
    origin: cloud.endpoint,
    path: id,
    query: new URLSearchParams({ "api-version": apiVersion }),
    headers: {},
    body: () => Promise.resolve(body),
  };
  return providerPaths(cloud, request, caller, target, target.namespace, apiVersion);
}

function requireSubscription(cloud: Cloud, id: string): void {
  if (!isGuid(id)) {
    throw new ArmError(
      400,
      "InvalidSubscriptionId",
      `The provided subscription identifier '${id}' is malformed or invalid.`,
    );
  }
  if (id.toLowerCase() !== cloud.deployer.subscriptionId) throw subscriptionNotFound(id);
}

/** Role definitions, lists of role assignments, and decisions, which exist at every scope. */
function authorizationPaths(
  cloud: Cloud,
  request: Request,
  caller: Principal,
  target: Target,
): Reply | Promise<Reply> | undefined {
  const [kind, ...others] = target.types.map((type) => type.toLowerCase());
  if (others.length > 0) return undefined;
  if (kind === "roledefinitions" && request.method === "GET") return roleDefinitions(cloud, request, target.names[0]);
  if (target.names.length > 0) return undefined;
  if (kind === "checkaccess") {
    if (request.method !== "POST") throw methodNotAllowed(request.method);
    return checkAccess(cloud, request, caller);
  }
  const scope = target.scope === "" ? subscriptionId(cloud.deployer.subscriptionId) : target.scope;
  const list = assignmentLists[kind ?? ""];
  if (list !== undefined) {
    if (request.method !== "GET") throw methodNotAllowed(request.method);
    cloud.authorization.demand(caller, list.action, scope);
    return list.answer(cloud, request, caller, scope);
  }
  if (kind !== "roleassignments") return undefined;
  if (request.method !== "GET") throw methodNotAllowed(request.method);
  cloud.authorization.demand(caller, "Microsoft.Authorization/roleAssignments/read", scope);
  const listed = listAssignments(cloud, scope, request.query.get("$filter"));
  return page(
    request,
    listed.map((assignment) => presentAssignment(cloud, assignment)),
  );
}

/** Lists at a scope whose items cannot be created here: policies, deny assignments, and roles through Privileged Identity Management. */
const assignmentLists: Record<
  string,
  { action: string; answer: (cloud: Cloud, request: Request, caller: Principal, scope: string) => Reply }
> = {
  policyassignments: { action: "Microsoft.Authorization/policyAssignments/read", answer: policyAssignments },
  denyassignments: {
    action: "Microsoft.Authorization/denyAssignments/read",
    answer: (_cloud, request) => page(request, []),
  },
  roleeligibilityscheduleinstances: {
    action: "Microsoft.Authorization/roleEligibilityScheduleInstances/read",
    answer: eligibleRoles,
  },
  roleassignmentscheduleinstances: {
    action: "Microsoft.Authorization/roleAssignmentScheduleInstances/read",
    answer: (_cloud, request) => page(request, []),
  },
};

/** Resource groups, and the lists of resources in a group or in the subscription. */
async function groupPaths(
  cloud: Cloud,
  request: Request,
  caller: Principal,
  rest: string,
  apiVersion: string,
): Promise<Reply> {
  requireVersion(cloud, resourceGroup, apiVersion, undefined);
  const segments = rest.split("/").filter((segment) => segment !== "");
  const [kind, name, inner, ...more] = segments;
  const subscription = subscriptionId(cloud.deployer.subscriptionId);
  if (more.length > 0) throw invalidPath(request.path);
  if (kind?.toLowerCase() === "resources" && name === undefined)
    return listTracked(cloud, request, caller, subscription);
  if (kind?.toLowerCase() !== "resourcegroups") throw invalidPath(request.path);
  if (name === undefined) {
    if (request.method !== "GET") throw methodNotAllowed(request.method);
    cloud.authorization.demand(caller, actionOf(resourceGroupType, "read"), subscription);
    const groups = cloud.inventory.ofType(resourceGroupType).map(({ resource: group }) => group);
    return page(request, filterResources(groups, request.query.get("$filter")));
  }
  const entry = cloud.inventory.get(resourceGroupId(cloud.deployer.subscriptionId, name));
  const id = entry?.resource.id ?? resourceGroupId(cloud.deployer.subscriptionId, name);
  if (inner === undefined) {
    disturb(cloud, request, resourceGroup, name);
    return resource(
      cloud,
      request,
      caller,
      { type: resourceGroup, id, name, scope: subscription, resourceGroup: undefined, entry },
      apiVersion,
    );
  }
  if (inner.toLowerCase() !== "resources") throw invalidPath(request.path);
  if (entry === undefined) throw resourceGroupNotFound(name);
  return listTracked(cloud, request, caller, id);
}

function listTracked(cloud: Cloud, request: Request, caller: Principal, scope: string): Reply {
  if (request.method !== "GET") throw methodNotAllowed(request.method);
  cloud.authorization.demand(caller, "Microsoft.Resources/subscriptions/resources/read", scope);
  const tracked = cloud.inventory
    .within(scope)
    .filter(({ resource: { type } }) => type !== resourceGroupType && findType(type)?.tracked === true)
    // The generic list leaves properties out, as ARM does.
    .map(({ resource: { properties, ...shown }, createdAt }) => ({
      ...shown,
      properties: {},
      createdTime: createdAt,
      provisioningState: properties.provisioningState ?? "Succeeded",
    }));
  return page(request, filterResources(tracked, request.query.get("$filter")));
}

/** Resources of a provider: one resource, a collection, or an action. */
async function providerPaths(
  cloud: Cloud,
  request: Request,
  caller: Principal,
  target: Target,
  namespace: string,
  apiVersion: string,
): Promise<Reply> {
  const { types, names } = target;
  const last = types.at(-1);
  if (last === undefined) throw invalidPath(request.path);
  const isAction = types.length > names.length && request.method === "POST";
  // The path without its last segment names the resource that the action is for.
  const addressed = isAction ? { ...target, types: types.slice(0, -1) } : target;
  const type = requireType(namespace, addressed.types, apiVersion);
  if (types.length > names.length && !isAction) return collection(cloud, request, caller, target, type, apiVersion);
  const named = name(cloud, addressed, type);
  requireVersion(cloud, type, apiVersion, named);
  disturb(cloud, request, type, named.name);
  return isAction
    ? act(cloud, request, caller, named, last, apiVersion)
    : resource(cloud, request, caller, named, apiVersion);
}

function collection(
  cloud: Cloud,
  request: Request,
  caller: Principal,
  target: Target,
  type: ResourceType,
  apiVersion: string,
): Reply {
  if (request.method !== "GET") throw methodNotAllowed(request.method);
  requireVersion(cloud, type, apiVersion, undefined);
  const parent = parentId(target);
  if (
    target.resourceGroup !== undefined &&
    cloud.inventory.get(resourceGroupId(cloud.deployer.subscriptionId, target.resourceGroup)) === undefined
  ) {
    throw resourceGroupNotFound(target.resourceGroup);
  }
  cloud.authorization.demand(caller, actionOf(type.type, "read"), parent);
  const entries = cloud.inventory.within(parent, type.type);
  return page(
    request,
    entries.map((entry) => present(cloud, entry, type, apiVersion)),
  );
}

/** The resource that a path names. Its id keeps the case in which it was created. */
function name(cloud: Cloud, target: Target, type: ResourceType): Named {
  const own = target.names.at(-1) ?? "";
  const parent = parentId(target);
  const scope = cloud.inventory.get(parent)?.resource.id ?? parent;
  const nested = target.types.length > 1;
  const id = nested ? `${scope}/${type.type.split("/").at(-1)}/${own}` : `${scope}/providers/${type.type}/${own}`;
  const entry = cloud.inventory.get(id);
  return { type, id: entry?.resource.id ?? id, name: own, scope, resourceGroup: target.resourceGroup, entry };
}

/** The id of the parent of a resource or collection: its scope, or the resource that it is a child of. */
function parentId({ scope, namespace, types, names }: Target): string {
  const parents = types.slice(0, -1).flatMap((type, index) => [type, names[index] ?? ""]);
  return parents.length === 0 ? scope : `${scope}/providers/${namespace}/${parents.join("/")}`;
}

function requireVersion(cloud: Cloud, type: ResourceType, apiVersion: string, named: Named | undefined): void {
  if (acceptsVersion(type.apiVersions, apiVersion)) return;
  if (type.type === resourceGroupType) {
    throw new ArmError(
      400,
      "InvalidApiVersionParameter",
      `The api-version '${apiVersion}' is invalid. The supported versions are '${type.apiVersions.join(",")}'.`,
    );
  }
  const group = cloud.inventory.get(resourceGroupId(cloud.deployer.subscriptionId, named?.resourceGroup ?? ""));
  const location = named?.entry?.resource.location ?? group?.resource.location ?? "";
  throw new ArmError(
    400,
    "NoRegisteredProviderFound",
    `No registered resource provider found for location '${location}' and API version '${apiVersion}' for type '${type.type.split("/").slice(1).join("/")}'. ` +
      `The supported api-versions are '${type.apiVersions.join(", ")}'. The supported locations are ''.`,
  );
}

function disturb(cloud: Cloud, { method }: Request, { type }: ResourceType, named: string): void {
  cloud.simulation.disturbRequest({ method, type, name: named });
}
