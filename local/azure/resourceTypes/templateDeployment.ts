/**
 * `Microsoft.Resources/deployments` in a resource group: a template whose resources are created or changed by separate requests,
 * one after the other in the template's order. It supports the part of the template language in `templateExpressions.ts`.
 */
import { randomUUID } from "node:crypto";
import { resourcesVersions } from "../apiVersions.ts";
import { ArmError } from "../armErrors.ts";
import type { Cloud } from "../cloud.ts";
import type { Principal } from "../directory.ts";
import { asObject, asObjects, asString, type JsonObject } from "../jsonValues.ts";
import { readTags } from "../resourceChecks.ts";
import { evaluate, invalidTemplate } from "../templateExpressions.ts";
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
    const parameters = Object.fromEntries(
      Object.entries(asObject(asked.parameters) ?? {}).map(([name, parameter]) => [name, asObject(parameter)?.value]),
    );
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
      inner: { resources, parameters, callerId: caller.objectId },
    };
  },

  provision: async (cloud, { resource: { id }, inner }) => {
    const scope = id.replace(/\/providers\/Microsoft\.Resources\/deployments\/[^/]+$/i, "");
    const caller = cloud.directory.find(asString(inner.callerId) ?? "");
    if (caller === undefined)
      throw new ArmError(403, "AuthorizationFailed", "The deployment's caller does not exist any more.");
    const parameters = asObject(inner.parameters) ?? {};
    for (const template of asObjects(inner.resources)) {
      try {
        const resource = await evaluated(cloud, caller, template, parameters);
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

/** A resource of a template with its expressions evaluated. A nested template evaluates its own. */
async function evaluated(cloud: Cloud, caller: Principal, resource: JsonObject, parameters: JsonObject) {
  const properties = asObject(resource.properties);
  const nested = resource.type === "Microsoft.Resources/deployments" ? properties?.template : undefined;
  const own = nested === undefined ? resource : { ...resource, properties: { ...properties, template: undefined } };
  const resources = new Map<string, JsonObject>();
  for (const [, id = "", version = ""] of JSON.stringify(own).matchAll(/\breference\('([^']+)', *'([^']+)'/g))
    resources.set(id, await cloud.readResource(caller, id, version));
  const result = evaluate(own, { parameters, reference: (id) => resources.get(id) ?? {} }) as JsonObject;
  return nested === undefined
    ? result
    : { ...result, properties: { ...asObject(result.properties), template: nested } };
}

/** The id of a template's resource: `type` and `name` have equally many parts behind the namespace. */
function idOf(scope: string, { type, name }: JsonObject): string {
  const [namespace, ...types] = (asString(type) ?? "").split("/");
  const names = (asString(name) ?? "").split("/");
  if (names.some((part) => part === "" || part.includes("[")) || types.length !== names.length) {
    throw invalidTemplate(
      `the resource '${asString(name) ?? ""}' of type '${asString(type) ?? ""}' has no name of as many parts as its type; expressions in names are not evaluated here`,
    );
  }
  return `${scope}/providers/${namespace}/${types.map((part, index) => `${part}/${names[index]}`).join("/")}`;
}
