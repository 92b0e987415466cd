/** Azure Policy: assigned policies refuse resources that do not comply, and report in advance what they would refuse. */
import type { Cloud } from "./cloud.ts";
import { ArmError } from "./armErrors.ts";
import type { Reply, Request } from "./httpMessages.ts";
import { asObject, asString, isGiven, type JsonObject } from "./jsonValues.ts";
import type { AssignedPolicy } from "./subscriptionLimits.ts";
import { page } from "./lists.ts";
import { subscriptionId } from "./resourcePath.ts";

const assignmentType = "Microsoft.Authorization/policyAssignments";

/** Where a policy is assigned. */
const scopeOf = (cloud: Cloud, { managementGroup }: AssignedPolicy): string =>
  managementGroup === undefined
    ? subscriptionId(cloud.deployer.subscriptionId)
    : `/providers/Microsoft.Management/managementGroups/${managementGroup}`;

const idOf = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
const assignmentId = (cloud: Cloud, policy: AssignedPolicy) =>
  `${scopeOf(cloud, policy)}/providers/${assignmentType}/${idOf(policy.name)}`;
const definitionId = ({ name }: AssignedPolicy) => `/providers/Microsoft.Authorization/policyDefinitions/${idOf(name)}`;

function valueAt(body: JsonObject, path: string): unknown {
  return path.split(".").reduce<unknown>((value, part) => asObject(value)?.[part], body);
}

const breaks = (policy: AssignedPolicy, type: string, body: JsonObject): boolean => {
  if (policy.type.toLowerCase() !== type.toLowerCase()) return false;
  const value = valueAt(body, policy.property);
  return policy.value === null ? !isGiven(value) : value === policy.value;
};

/** @throws 403 RequestDisallowedByPolicy when a policy denies the resource */
export function refuseByPolicy(cloud: Cloud, type: string, name: string, body: JsonObject): void {
  const denying = cloud.simulation.limits.policies.filter(
    (policy) => policy.effect === "Deny" && breaks(policy, type, body),
  );
  if (denying.length === 0) return;
  const identifiers = denying.map((policy) => ({
    policyAssignment: { name: policy.name, id: assignmentId(cloud, policy) },
    policyDefinition: { name: policy.name, id: definitionId(policy) },
  }));
  throw new ArmError(
    403,
    "RequestDisallowedByPolicy",
    `Resource '${name}' was disallowed by policy. Policy identifiers: '${JSON.stringify(identifiers)}'.`,
    { target: name },
  );
}

/** `GET .../providers/Microsoft.Authorization/policyAssignments`: those of the subscription and the inherited ones. */
export function policyAssignments(cloud: Cloud, request: Request): Reply {
  return page(
    request,
    cloud.simulation.limits.policies.map((policy) => ({
      id: assignmentId(cloud, policy),
      type: assignmentType,
      name: idOf(policy.name),
      properties: {
        displayName: policy.name,
        scope: scopeOf(cloud, policy),
        policyDefinitionId: definitionId(policy),
        enforcementMode: "Default",
        notScopes: [],
      },
    })),
  );
}

/**
 * `POST .../Microsoft.PolicyInsights/checkPolicyRestrictions`. As in Azure, policies that are inherited from a management group are not
 * evaluated: https://github.com/Azure/azure-dev (docs of the local preflight checks).
 */
export function policyRestrictions(cloud: Cloud, body: JsonObject): JsonObject {
  const details = asObject(body.resourceDetails);
  const content = asObject(details?.resourceContent);
  const type = asString(content?.type);
  if (content === undefined || type === undefined)
    throw new ArmError(
      400,
      "InvalidCheckRestrictionsRequest",
      "The request is invalid: 'resourceDetails.resourceContent' must have a 'type'.",
    );
  const broken = cloud.simulation.limits.policies.filter(
    (policy) => policy.managementGroup === undefined && breaks(policy, type, content),
  );
  return {
    fieldRestrictions: [],
    contentEvaluationResult: {
      policyEvaluations: broken.map((policy) => ({
        policyInfo: {
          policyDefinitionId: definitionId(policy),
          policyAssignmentId: assignmentId(cloud, policy),
        },
        evaluationResult: "NonCompliant",
        evaluationDetails: {
          evaluatedExpressions: [
            {
              result: "True",
              expressionKind: "Field",
              expression: policy.property,
              path: policy.property,
              expressionValue: valueAt(content, policy.property),
              ...(policy.value === null
                ? { targetValue: "false", operator: "Exists" }
                : { targetValue: policy.value, operator: "Equals" }),
            },
          ],
        },
        effectDetails: { policyEffect: policy.effect },
      })),
    },
  };
}
