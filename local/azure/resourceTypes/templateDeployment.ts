/**
 * `Microsoft.Resources/deployments` in a resource group: a template whose resources are created or changed by requests of their
 * own. Only resources without parameters, expressions and dependencies, one after the other in the template's order.
 */
import { randomUUID } from "node:crypto";
import { resourcesVersions } from "../apiVersions.ts";
import { ArmError } from "../armErrors.ts";
import { asObject, asObjects, asString, type JsonObject } from "../jsonValues.ts";
import { readTags } from "../resourceChecks.ts";
import type { ResourceType } from "./resourceType.ts";

export const templateDeployment: ResourceType = {
  type: "Microsoft.Resources/deployments",
  apiVersions: resourcesVersions,
  tracked: false,
  alwaysAsynchronous: true,
  checkName: (name) =>
    /^[-\w.()]{1,64}$/.test(name) && !name.endsWith(".")
      ? undefined
      : new ArmError(
          400,
          "InvalidDeploymentName",
          `The deployment name '${name}' is invalid. It has 1 to 64 letters, digits, '.', '_', '-' and parentheses, and does not end in '.'.`,
        ),

  put: ({ body, caller, scope }) => {
    const asked = asObject(body.properties) ?? {};
    if (asked.mode !== "Incremental") {
      throw invalidTemplate(
        `the simulation knows the mode Incremental only, and the request has '${asString(asked.mode) ?? ""}'`,
      );
    }
    const resources = asObjects(asObject(asked.template)?.resources);
    if (resources.length === 0) throw invalidTemplate("the template has no resources");
    return {
      resource: {
        tags: readTags(body),
        properties: {
          mode: "Incremental",
          correlationId: randomUUID(),
          timestamp: new Date().toISOString(),
          outputResources: resources.map((resource) => ({ id: idOf(scope, resource) })),
        },
      },
      inner: { resources, callerId: caller.objectId },
    };
  },

  provision: async (cloud, { resource: { id }, inner }) => {
    const scope = id.replace(/\/providers\/Microsoft\.Resources\/deployments\/[^/]+$/i, "");
    const caller = cloud.directory.find(asString(inner.callerId) ?? "");
    if (caller === undefined)
      throw new ArmError(403, "AuthorizationFailed", "The deployment's caller does not exist any more.");
    for (const resource of asObjects(inner.resources)) {
      try {
        await cloud.putResource(caller, idOf(scope, resource), asString(resource.apiVersion) ?? "", resource);
      } catch (error) {
        if (!(error instanceof ArmError)) throw error;
        throw new ArmError(
          error.status,
          "DeploymentFailed",
          "At least one resource deployment operation failed. Please list deployment operations for details. " +
            "Please see https://aka.ms/arm-deployment-operations for usage details.",
          { details: [{ code: error.code, message: error.message }] },
        );
      }
    }
  },
};

/** The id of a template's resource: `type` and `name` have equally many parts behind the namespace. */
function idOf(scope: string, { type, name }: JsonObject): string {
  const [namespace, ...types] = (asString(type) ?? "").split("/");
  const names = (asString(name) ?? "").split("/");
  if (names.some((part) => part === "" || part.includes("[")) || types.length !== names.length) {
    throw invalidTemplate(
      `the resource '${asString(name) ?? ""}' of type '${asString(type) ?? ""}' has no name of as many parts as its type; expressions are not evaluated here`,
    );
  }
  return `${scope}/providers/${namespace}/${types.map((part, index) => `${part}/${names[index]}`).join("/")}`;
}

const invalidTemplate = (reason: string) =>
  new ArmError(400, "InvalidTemplate", `Deployment template validation failed: '${reason}'.`);
