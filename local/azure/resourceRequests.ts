/** Reads, creates, changes and deletes one resource. This part is the same for all types. */
import { recordActivity } from "./activityLog.ts";
import type { Cloud } from "./cloud.ts";
import type { Principal } from "./directory.ts";
import { ArmError, methodNotAllowed, resourceGroupNotFound } from "./armErrors.ts";
import { jsonBody, type Reply, type Request } from "./httpMessages.ts";
import type { Entry, OperationRecord, Resource } from "./inventory.ts";
import { asObject, type JsonObject } from "./jsonValues.ts";
import {
  existing,
  locationOfParent,
  type Named,
  readLocation,
  readTags,
  requireIdle,
  requireScope,
} from "./resourceChecks.ts";
import { refuseLocked } from "./locks.ts";
import { refuseByPolicy } from "./azurePolicy.ts";
import { resourceGroupType } from "./resourceTypes/resourceGroup.ts";
import type { ResourceType } from "./resourceTypes/resourceType.ts";

/** How long a request waits for an operation before it answers that the operation is in progress. */
const patienceMilliseconds = 1500;

/** The action that a role has to permit for a request, as role definitions write it. */
export function actionOf(type: string, verb: "read" | "write" | "delete"): string {
  const name = type === resourceGroupType ? "Microsoft.Resources/subscriptions/resourceGroups" : type;
  return `${name}/${verb}`;
}

/** Answers a request for one resource. */
export async function resource(
  cloud: Cloud,
  request: Request,
  caller: Principal,
  named: Named,
  apiVersion: string,
): Promise<Reply> {
  const { type, id } = named;
  switch (request.method) {
    case "GET":
    case "HEAD":
      cloud.authorization.demand(caller, actionOf(type.type, "read"), id);
      return read(cloud, request, named, apiVersion);
    case "PUT":
    case "PATCH": {
      const body = await jsonBody(request);
      cloud.authorization.demand(caller, actionOf(type.type, "write"), id, type.facts?.(named.entry, body));
      refuseLocked(cloud, named, "write");
      const written = await (request.method === "PUT" ? put : patch)(cloud, caller, named, body, apiVersion);
      recordActivity(cloud, caller, id, actionOf(type.type, "write"));
      return written;
    }
    case "DELETE": {
      if (type.permanent === true) throw methodNotAllowed(request.method);
      cloud.authorization.demand(caller, actionOf(type.type, "delete"), id, type.facts?.(named.entry, {}));
      refuseLocked(cloud, named, "delete");
      const removed = await remove(cloud, named, apiVersion);
      if (removed.status !== 204) recordActivity(cloud, caller, id, actionOf(type.type, "delete"));
      return removed;
    }
    default:
      throw methodNotAllowed(request.method);
  }
}

/** Answers a POST that calls an action of a resource. */
export async function act(
  cloud: Cloud,
  request: Request,
  caller: Principal,
  named: Named,
  action: string,
  apiVersion: string,
): Promise<Reply> {
  const { type, actions = {}, longActions = {}, queuedActions = {} } = named.type;
  const known = [...Object.keys(actions), ...Object.keys(longActions), ...Object.keys(queuedActions)].find(
    (name) => name.toLowerCase() === action.toLowerCase(),
  );
  if (known === undefined || request.method !== "POST") throw methodNotAllowed(request.method);
  cloud.authorization.demand(caller, `${type}/${known}/action`, named.id);
  const entry = existing(cloud, named);
  const body = await jsonBody(request);
  const accepted = (operation: OperationRecord): Reply => ({
    status: 202,
    headers: cloud.operations.headers(operation, cloud.endpoint, apiVersion),
  });
  let reply: Reply;
  if (longActions[known] !== undefined) {
    requireIdle(cloud, named.id);
    longActions[known].check(entry);
    cloud.inventory.patchProperties(named.id, { provisioningState: longActions[known].state });
    reply = accepted(begin(cloud, named, entry, { kind: known }));
  } else if (queuedActions[known] !== undefined) {
    const input = queuedActions[known].accept({ cloud, entry, body, caller });
    reply = accepted(begin(cloud, named, entry, { kind: "action", action: { name: known, input } }));
  } else {
    reply = { status: 200, body: await actions[known]?.({ cloud, entry, body, query: request.query, caller }) };
  }
  recordActivity(cloud, caller, named.id, `${type}/${known}/action`);
  return reply;
}

/** Starts an operation on a resource. */
function begin(
  cloud: Cloud,
  { id, type, scope }: Named,
  { resource }: Entry,
  what: Pick<OperationRecord, "kind" | "action">,
): OperationRecord {
  const location = resource.location ?? locationOfParent(cloud, scope);
  return cloud.operations.start({ ...what, resourceId: id, namespace: type.type.split("/")[0] ?? "", location });
}

/** The resource as it is shown to a client. */
export function present(cloud: Cloud, entry: Entry, type: ResourceType, apiVersion: string): Resource {
  return type.present?.(cloud, entry, apiVersion) ?? entry.resource;
}

function read(cloud: Cloud, request: Request, named: Named, apiVersion: string): Reply {
  if (request.method === "HEAD") return { status: named.entry === undefined ? 404 : 204 };
  return { status: 200, body: present(cloud, existing(cloud, named), named.type, apiVersion) };
}

async function put(
  cloud: Cloud,
  caller: Principal,
  named: Named,
  body: JsonObject,
  apiVersion: string,
): Promise<Reply> {
  const { type, id, name, scope, resourceGroup } = named;
  const invalid = type.checkName(name);
  if (invalid !== undefined) throw invalid;
  const entry = cloud.inventory.get(id);
  requireScope(cloud, named);
  requireIdle(cloud, id);
  refuseUnregistered(cloud, type.type);
  refuseByPolicy(cloud, type.type, name, body);
  const location = type.tracked ? readLocation({ ...named, entry }, body) : "";
  const tags = type.tracked ? { tags: readTags(body) } : {};
  const outcome = type.put({
    cloud,
    id,
    name,
    scope,
    resourceGroup,
    body,
    existing: entry,
    location,
    caller,
    apiVersion,
  });
  const state =
    type.provision === undefined ? {} : { provisioningState: entry === undefined ? "Creating" : "Updating" };
  const { properties, ...rest } = outcome.resource;
  const stored = cloud.inventory.put(
    { id, name, type: type.type, ...rest, ...tags, properties: { ...properties, ...state } },
    outcome.inner,
  );
  const status = entry === undefined ? (type.createdStatus ?? 201) : 200;
  if (type.provision === undefined) return { status, body: present(cloud, stored, type, apiVersion) };
  const operation = begin(cloud, named, stored, { kind: "provision" });
  const accepted: Reply = {
    status,
    headers: cloud.operations.headers(operation, cloud.endpoint, apiVersion),
    body: structuredClone(present(cloud, stored, type, apiVersion)),
  };
  const patient = type.alwaysAsynchronous !== true;
  const over = patient && (await cloud.operations.settled(operation, patienceMilliseconds));
  // The client reads a failure from the operation.
  return over && operation.error === undefined ? { status, body: present(cloud, stored, type, apiVersion) } : accepted;
}

/** @throws 409 MissingSubscriptionRegistration, which clients may answer by a registration and a second attempt */
function refuseUnregistered(cloud: Cloud, type: string): void {
  const namespace = type.split("/")[0] ?? "";
  if (!cloud.simulation.limits.unregistered.includes(namespace)) return;
  throw new ArmError(
    409,
    "MissingSubscriptionRegistration",
    `The subscription is not registered to use namespace '${namespace}'. See https://aka.ms/rps-not-found for how to register subscriptions.`,
    { target: namespace },
  );
}

async function patch(
  cloud: Cloud,
  caller: Principal,
  named: Named,
  body: JsonObject,
  apiVersion: string,
): Promise<Reply> {
  const entry = existing(cloud, named);
  const { resource: before } = entry;
  requireIdle(cloud, named.id);
  named.type.checkPatch?.(entry);
  const tags = body.tags === undefined ? before.tags : readTags(body);
  if (named.type.patchesTagsOnly === true) {
    const stored = cloud.inventory.put({ ...before, ...(tags === undefined ? {} : { tags }) });
    return { status: 200, body: present(cloud, stored, named.type, apiVersion) };
  }
  const merged: JsonObject = {
    ...(before as unknown as JsonObject),
    ...body,
    tags,
    properties: { ...before.properties, ...asObject(body.properties) },
  };
  return put(cloud, caller, named, merged, apiVersion);
}

async function remove(cloud: Cloud, named: Named, apiVersion: string): Promise<Reply> {
  const { type, entry, id } = named;
  if (entry === undefined) {
    if (type.type === resourceGroupType) throw resourceGroupNotFound(named.name);
    requireScope(cloud, named);
    return { status: 204 };
  }
  type.checkRemoval?.(cloud, entry);
  const isGroup = type.type === resourceGroupType;
  if (type.remove === undefined && type.provision === undefined && !isGroup) {
    cloud.inventory.remove(cloud.inventory.within(id).map((inner) => inner.resource.id));
    // Role assignments and other untracked resources are returned once more.
    return type.tracked ? { status: 200 } : { status: 200, body: entry.resource };
  }
  const current = cloud.operations.current(id);
  cloud.inventory.patchProperties(id, { provisioningState: "Deleting" });
  const operation = current?.kind === "remove" ? current : begin(cloud, named, entry, { kind: "remove" });
  const patient = !isGroup && type.alwaysAsynchronous !== true;
  if (patient && (await cloud.operations.settled(operation, patienceMilliseconds)) && operation.error === undefined) {
    return { status: 200 };
  }
  return { status: 202, headers: cloud.operations.headers(operation, cloud.endpoint, apiVersion) };
}
