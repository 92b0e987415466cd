/** Converts the inputs that name a resource to its id, and back. */
import { reveal } from "../rpc/wireValues.ts";
import type { Properties } from "../rpc/wireValues.ts";
import { nameInputs, pathParameters } from "./types/describeType.ts";
import type { ResourceType } from "./types/describeType.ts";

/** Inputs that are paths themselves, with slashes. */
const paths = ["scope", "resourceUri", "parentResourcePath"];
/** Inputs that are whole ids, with the slash at the start. */
const ids = ["scope", "resourceUri"];

function pathPart(name: string, value: string): string {
  return paths.includes(name) ? value.replace(/^\/+|\/+$/g, "") : encodeURIComponent(value);
}

/**
 * The id of the resource that these inputs name.
 *
 * @throws Error with the input that is missing or not a name
 */
export function resourceId(
  type: Pick<ResourceType, "path" | "token">,
  inputs: Properties,
  subscriptionId: string,
): string {
  return type.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = name === "subscriptionId" ? subscriptionId : reveal(inputs[name] ?? null);
    // For a resource without a parent the id gets two slashes, which the service and the official plugin accept.
    if (name === "parentResourcePath" && value === "") return "";
    if (typeof value !== "string" || value === "") {
      throw new Error(
        `${type.token}: ${name} is ${JSON.stringify(value)}; it must be a name, because it is a part of the resource's id`,
      );
    }
    return pathPart(name, value);
  });
}

/**
 * The inputs that name the resource with this id. Resource Manager's ids are case-insensitive.
 *
 * @throws Error when the id is not of this type
 */
export function namesInId(type: ResourceType, id: string): Record<string, string> {
  const parameters = pathParameters(type);
  const pattern = type.path
    .replaceAll(/[.]/g, "\\.")
    .replace("{parentResourcePath}/", "(?:(.+)/)?")
    .replaceAll(/\{(\w+)\}/g, (_, name: string) => (ids.includes(name) ? "(.+)" : "([^/]+)"));
  const found = new RegExp(`^${pattern}$`, "i").exec(id);
  if (found === null) {
    throw new Error(`${id} is not the id of a ${type.token}; such ids look like ${type.path}`);
  }
  const wanted = nameInputs(type);
  return Object.fromEntries(
    parameters.flatMap((name, index) => {
      const value = found[index + 1] ?? "";
      return wanted.includes(name) ? [[name, ids.includes(name) ? `/${value}` : decodeURIComponent(value)]] : [];
    }),
  );
}
