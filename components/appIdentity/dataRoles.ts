/**
 * Azure's data roles, which an app's identity can get by name. They give access to a service's data, but no right to
 * manage the service.
 */
import { createHash } from "node:crypto";
import { idOf } from "@tarmac/validate/azureResourceId";
import { closest } from "@tarmac/validate/settingDeclaration";
import { repeated } from "@tarmac/validate/valueCheck";

interface Role {
  /** Role definition id (the GUID part), the same in every tenant. */
  id: string;
  /** Resource type of the role's scopes. */
  on: string;
}

const configuration = "Microsoft.AppConfiguration/configurationStores";
const eventHubs = "Microsoft.EventHub/namespaces";
const serviceBus = "Microsoft.ServiceBus/namespaces";
const storage = "Microsoft.Storage/storageAccounts";
const vault = "Microsoft.KeyVault/vaults";

/** The data roles by name. */
export const dataRoles = {
  "App Configuration Data Reader": { id: "516239f1-63e1-4d78-a4de-a74fb236a071", on: configuration },
  "Azure Event Hubs Data Receiver": { id: "a638d3c7-ab3a-418d-83e6-5f17a39d4fde", on: eventHubs },
  "Azure Event Hubs Data Sender": { id: "2b629674-e913-4c01-ae53-ef4638d8f975", on: eventHubs },
  "Azure Service Bus Data Receiver": { id: "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0", on: serviceBus },
  "Azure Service Bus Data Sender": { id: "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39", on: serviceBus },
  "Key Vault Crypto User": { id: "12338af0-0e69-4776-bea7-57ae8d297424", on: vault },
  "Key Vault Secrets User": { id: "4633458b-17de-408a-b874-0445c86b69e6", on: vault },
  "Storage Blob Data Contributor": { id: "ba92f5b4-2d11-453d-a403-e96b0029c9fe", on: storage },
  "Storage Blob Data Reader": { id: "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1", on: storage },
  "Storage Queue Data Contributor": { id: "974c5e8b-45b9-4653-ba55-5f855dd0fb88", on: storage },
  "Storage Queue Data Message Processor": { id: "8a0f0c08-91a1-4084-bc3d-661d67233fed", on: storage },
  "Storage Queue Data Message Sender": { id: "c6a89b2d-59bc-44d0-9896-0f6e12d7b80a", on: storage },
  "Storage Queue Data Reader": { id: "19e7f393-937e-4f77-808e-94535e297925", on: storage },
} as const satisfies Record<string, Role>;

export type DataRole = keyof typeof dataRoles;

/** Resource ids of the scopes, by role name. */
export type DataRoleGrants = Partial<Record<DataRole, readonly string[]>>;

const names = Object.keys(dataRoles) as DataRole[];

/** Returns the problem with a role name, or `undefined`. */
function dataRoleProblem(role: string): string | undefined {
  if (names.some((name) => name === role)) return undefined;
  return `"${role}" is not a role that an app is granted${closest(role, names)}; use one of ${names.map((name) => `"${name}"`).join(", ")}, or have another role assigned to the object id in the output appIdentityObjectId`;
}

/** A resource of a type, or a part of one, such as a container of a storage account. */
const scopeOn = (type: string) => idOf(type, "((?:/[^/]+/[^/]+)*)");

/** Returns the problem with a scope of a role, or `undefined`. */
function roleScopeProblem(role: DataRole, id: string): string | undefined {
  const { on } = dataRoles[role];
  return scopeOn(on).test(id)
    ? undefined
    : `"${id}" is not the resource id of something of the type ${on}, where ${role} has an effect: use the id of one resource, or of a part of it, as "az resource show --query id" prints it`;
}

/** Returns the problems of role grants as the user wrote them, one message each. */
export function roleGrantProblems(grants: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(grants).flatMap(([role, ids]) => {
    const problem = dataRoleProblem(role);
    if (problem !== undefined) return [problem];
    if (!Array.isArray(ids) || ids.length === 0 || !ids.every((id) => typeof id === "string"))
      return [`"${role}" wants a list of resource ids: use e.g. ["/subscriptions/.../vaults/NAME"]`];
    return [
      ...ids.flatMap((id) => roleScopeProblem(role as DataRole, id) ?? []),
      ...repeated(ids.map((id) => id.toLowerCase())).map(
        (id) => `"${role}" has "${ids.find((one) => one.toLowerCase() === id)}" twice: remove one`,
      ),
    ];
  });
}

/** Returns each grant as role definition id and scope, under a name that no other grant has. */
export const grantsByName = (grants: DataRoleGrants): [name: string, { role: string; scope: string }][] =>
  (Object.entries(grants) as [DataRole, readonly string[]][]).flatMap(([role, scopes]) =>
    scopes.map((scope): [string, { role: string; scope: string }] => [
      `${slug(role)}-${scopeName(dataRoles[role].on, scope)}`,
      { role: dataRoles[role].id, scope },
    ]),
  );

/** Names a scope by the name of its resource, which Azure lets exist once, and by what is below the resource. */
function scopeName(type: string, scope: string): string {
  const [, , resource = "", below = ""] = scopeOn(type).exec(scope) ?? [];
  const path = `${resource}${below}`.toLowerCase();
  const name = `${slug(type)}-${slug(path)}`;
  // Two paths can differ only in characters that a name cannot have.
  return slug(path) === path ? name : `${name}-${createHash("sha256").update(path).digest("hex").slice(0, 8)}`;
}

/** Converts text to a part of a resource name. */
const slug = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
