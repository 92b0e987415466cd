/** `Microsoft.Authorization/roleAssignments`: a role given to a principal at a scope. */
import { isGuid } from "@tarmac/validate/azureNames";
import { type Assignment, roleAssignmentType } from "../authorization.ts";
import type { Cloud } from "../cloud.ts";
import { parseCondition } from "@tarmac/validate/assignmentCondition";
import { ArmError, guidProblem, invalidRequestContent } from "../armErrors.ts";
import { asObject, asString, isGiven, type JsonObject } from "../jsonValues.ts";
import { idKey, isWithin } from "../resourcePath.ts";
import { roleGuid } from "../azureRoles.ts";
import type { PutRequest, ResourceType } from "./resourceType.ts";

export const roleAssignment: ResourceType = {
  type: roleAssignmentType,
  apiVersions: [
    ...["2015-07-01", "2018-01-01-preview", "2018-09-01-preview", "2020-03-01-preview"],
    ...["2020-04-01-preview", "2020-08-01-preview", "2020-10-01-preview", "2022-04-01"],
  ],
  tracked: false,
  checkName: (name) => guidProblem("InvalidRoleAssignmentId", "role assignment ID", name),
  facts: (entry, body) => ({
    request: attributes(asObject(body.properties)),
    resource: attributes(entry?.resource.properties),
  }),
  put: (request) => {
    const { cloud, existing, scope, body } = request;
    const asked = readBody(cloud, scope, body);
    const same = (assignment: Assignment) =>
      assignment.principalId.toLowerCase() === asked.principalId.toLowerCase() &&
      roleGuid(assignment.roleDefinitionId) === roleGuid(asked.roleDefinitionId) &&
      idKey(assignment.scope) === idKey(scope);
    const ofName = cloud.authorization.assignments().find(({ id }) => idKey(id) === idKey(request.id));
    if (ofName !== undefined && !same(ofName)) {
      throw new ArmError(
        400,
        "RoleAssignmentUpdateNotPermitted",
        "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
      );
    }
    const twin = cloud.authorization
      .assignments()
      .find((assignment) => idKey(assignment.id) !== idKey(request.id) && same(assignment));
    if (twin !== undefined) {
      throw new ArmError(
        409,
        "RoleAssignmentExists",
        `The role assignment already exists. The ID of the conflicting role assignment is ${roleGuid(twin.id).replaceAll("-", "")}.`,
      );
    }
    const narrowed = {
      condition: asked.condition ?? null,
      conditionVersion: asked.condition === undefined ? null : "2.0",
    };
    if (existing !== undefined) return { resource: { properties: { ...existing.resource.properties, ...narrowed } } };
    requirePrincipal(request, asked.principalId, asked.principalType);
    const { delays } = cloud.simulation;
    const now = new Date().toISOString();
    return {
      resource: {
        properties: {
          roleDefinitionId: asked.roleDefinitionId,
          principalId: asked.principalId,
          principalType: asked.principalType ?? "ServicePrincipal",
          scope,
          ...narrowed,
          description: asked.description ?? null,
          createdOn: now,
          updatedOn: now,
          createdBy: request.caller.objectId,
          updatedBy: request.caller.objectId,
          delegatedManagedIdentityResourceId: null,
        },
      },
      inner: { effectiveAt: Date.now() + delays.grantPropagationSeconds * 1000 },
    };
  },
};

interface Asked {
  principalId: string;
  principalType: string | undefined;
  roleDefinitionId: string;
  description: string | undefined;
  condition: string | undefined;
}

/** The properties of an assignment under the names that conditions use. */
function attributes(properties: JsonObject = {}): Record<string, string> {
  const known = {
    RoleDefinitionId: roleGuid(asString(properties.roleDefinitionId) ?? ""),
    PrincipalId: asString(properties.principalId),
    PrincipalType: asString(properties.principalType),
  };
  return Object.fromEntries(
    Object.entries(known).flatMap(([name, value]) =>
      value === undefined || value === "" ? [] : [[`${roleAssignmentType}:${name}`, value]],
    ),
  );
}

/** @throws ArmError 400 for an unsupported condition */
function readCondition({ condition, conditionVersion }: JsonObject): string | undefined {
  if (!isGiven(condition)) return undefined;
  const refuse = (code: string, message: string) => new ArmError(400, code, message);
  if (conditionVersion !== "2.0")
    throw refuse(
      "InvalidConditionVersion",
      `The condition version '${JSON.stringify(conditionVersion)}' is not '2.0'.`,
    );
  try {
    parseCondition(asString(condition) ?? "");
  } catch (error) {
    throw refuse(
      "InvalidCondition",
      `The condition is invalid or not supported by the simulation: ${(error as Error).message}`,
    );
  }
  return asString(condition);
}

function readBody(cloud: Cloud, scope: string, body: JsonObject): Asked {
  const properties = asObject(body.properties) ?? {};
  const principalId = asString(properties.principalId);
  const roleDefinitionId = asString(properties.roleDefinitionId);
  if (principalId === undefined || !isGuid(principalId)) {
    throw invalidRequestContent("properties.principalId must be the object id (a GUID) of a principal");
  }
  if (roleDefinitionId === undefined) throw invalidRequestContent("properties.roleDefinitionId is missing");
  const condition = readCondition(properties);
  const role = cloud.authorization.role(roleDefinitionId);
  if (role.assignableScopes?.some((one) => isWithin(scope, one)) === false)
    throw new ArmError(
      400,
      "RoleDefinitionNotAssignableAtScope",
      `The role '${role.name}' cannot be assigned at the scope '${scope}': it is not one of its assignable scopes.`,
    );
  const subscription = /^\/subscriptions\/([^/]+)\//i.exec(roleDefinitionId)?.[1];
  if (subscription !== undefined && subscription.toLowerCase() !== cloud.deployer.subscriptionId) {
    throw new ArmError(
      400,
      "LinkedInvalidPropertyId",
      `Property id '${roleDefinitionId}' at path 'properties.roleDefinitionId' is invalid: the role definition must be of the subscription of the scope.`,
    );
  }
  return {
    principalId,
    principalType: asString(properties.principalType),
    roleDefinitionId: `/subscriptions/${cloud.deployer.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${role.id}`,
    description: asString(properties.description),
    condition,
  };
}

function requirePrincipal({ cloud }: PutRequest, principalId: string, principalType: string | undefined): void {
  const principal = cloud.directory.find(principalId);
  const replicatedAt =
    principal === undefined
      ? Infinity
      : Date.parse(principal.createdAt) + cloud.simulation.delays.principalReplicationSeconds * 1000;
  // ARM does not look up the principal if the request contains its type. That is the purpose of the property.
  if (principalType !== undefined && principal === undefined && principalType !== "ServicePrincipal") return;
  if (principal === undefined || (principalType === undefined && replicatedAt > Date.now())) {
    throw principalNotFound(principalId, cloud.deployer.tenantId);
  }
  if (principalType !== undefined && principalType !== "ServicePrincipal") {
    throw new ArmError(
      400,
      "UnmatchedPrincipalType",
      `The PrincipalId '${principalId.replaceAll("-", "")}' has type 'ServicePrincipal' , which is different from specified PrinciaplType '${principalType}'.`,
    );
  }
}

export function principalNotFound(principalId: string, tenantId: string): ArmError {
  return new ArmError(
    400,
    "PrincipalNotFound",
    `Principal ${principalId.replaceAll("-", "")} does not exist in the directory ${tenantId}. Check that you have the correct principal ID. ` +
      "If you are creating this principal and then immediately assigning a role, this error might be related to a replication delay. " +
      "In this case, set the role assignment principalType property to a value, such as ServicePrincipal, User, or Group.  See https://aka.ms/docs-principaltype",
  );
}

/**
 * The assignments that a list request at a scope returns: those at the scope, above it and below it. `atScope()` excludes those below;
 * `principalId eq` and `assignedTo()` select one principal's.
 */
export function listAssignments(cloud: Cloud, scope: string, filter: string | null): Assignment[] {
  const text = filter ?? "";
  const rest = text
    .replace(/atScope\(\)|assignedTo\('[^']*'\)|principalId\s+eq\s+'[^']*'/gi, "")
    .replace(/\band\b/gi, "")
    .trim();
  if (rest !== "") {
    throw new ArmError(
      400,
      "InvalidFilter",
      `The filter '${text}' is not supported. Use atScope(), principalId eq '...' or assignedTo('...').`,
    );
  }
  const principal = /(?:principalId\s+eq\s+|assignedTo\()'([^']*)'/i.exec(text)?.[1]?.toLowerCase();
  const atScope = /atScope\(\)/i.test(text);
  return cloud.authorization
    .assignments()
    .filter((assignment) => isWithin(scope, assignment.scope) || (!atScope && isWithin(assignment.scope, scope)))
    .filter((assignment) => principal === undefined || assignment.principalId.toLowerCase() === principal);
}

/** An assignment in its public form, including the deployer's own, which is not in the inventory. */
export function presentAssignment(cloud: Cloud, assignment: Assignment): JsonObject {
  const stored = cloud.inventory.get(assignment.id)?.resource;
  const { id, scope, principalId, roleDefinitionId, createdAt } = assignment;
  return {
    id,
    type: roleAssignmentType,
    name: id.split("/").at(-1),
    properties: stored?.properties ?? {
      roleDefinitionId,
      principalId,
      principalType: "ServicePrincipal",
      scope,
      createdOn: createdAt,
      updatedOn: createdAt,
    },
  };
}
