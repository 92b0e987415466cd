/** Resource ids: from the inputs that name a resource, and back into them. */
import { reveal } from "../rpc/propertyValues.ts";
import type { Properties } from "../rpc/propertyValues.ts";
import { nameInputs, pathParameters } from "./types/describeType.ts";
import type { ResourceType } from "./types/describeType.ts";

/** What is itself a path: its slashes are part of the id. */
const paths = ["scope", "parentResourcePath"];

function pathPart(name: string, value: string): string {
  return paths.includes(name) ? value.replace(/^\/+|\/+$/g, "") : encodeURIComponent(value);
}

/**
 * The id of the resource that these inputs name.
 *
 * @throws Error naming the input that is not a name.
 */
export function resourceId(
  type: Pick<ResourceType, "path" | "token">,
  inputs: Properties,
  subscriptionId: string,
): string {
  return type.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = name === "subscriptionId" ? subscriptionId : reveal(inputs[name] ?? null);
    // A resource without parent: the service, and the official plugin, put up with two slashes there.
    if (name === "parentResourcePath" && value === "") return "";
    if (typeof value !== "string" || value === "") {
      throw new Error(`${type.token}: ${name} is needed for the resource's id and is ${JSON.stringify(value)}`);
    }
    return pathPart(name, value);
  });
}

/**
 * The inputs that name the resource with this id; Resource Manager's ids do not tell upper from lower case.
 *
 * @throws Error when the id is not one of this type.
 */
export function namesInId(type: ResourceType, id: string): Record<string, string> {
  const parameters = pathParameters(type);
  const pattern = type.path
    .replaceAll(/[.]/g, "\\.")
    .replace("{parentResourcePath}/", "(?:(.+)/)?")
    .replaceAll(/\{(\w+)\}/g, (_, name: string) => (name === "scope" ? "(.+)" : "([^/]+)"));
  const found = new RegExp(`^${pattern}$`, "i").exec(id);
  if (found === null) {
    throw new Error(`${id} is not the id of a ${type.token}; such ids look like ${type.path}`);
  }
  const wanted = nameInputs(type);
  return Object.fromEntries(
    parameters.flatMap((name, index) => {
      const value = found[index + 1] ?? "";
      return wanted.includes(name) ? [[name, name === "scope" ? `/${value}` : decodeURIComponent(value)]] : [];
    }),
  );
}
