/** The outputs of a resource in a preview. */
import { unknown } from "../rpc/wireValues.ts";
import type { Properties } from "../rpc/wireValues.ts";
import { changeAt } from "./propertyPath.ts";
import { outputNames } from "./types/describeType.ts";
import type { ResourceType } from "./types/describeType.ts";

/**
 * The known outputs, with `unknown` for the others.
 *
 * Like the official plugin, an update keeps only the name and the location; everything else that the inputs do not set may
 * change.
 *
 * @param state the current outputs, for an update
 */
export function previewOutputs(type: ResourceType, inputs: Properties, state: Properties = {}): Properties {
  const names = outputNames(type).filter((name) => name !== "id");
  let outputs: Properties = Object.fromEntries(names.map((name) => [name, inputs[name] ?? unknown]));
  for (const path of type.idSets ?? []) {
    // A list of ids in the inputs is an object in the outputs, whose values are unknown.
    outputs = changeAt(outputs, path, (found) => (found === undefined ? undefined : unknown));
  }
  for (const path of type.nestedReadOnly ?? []) {
    outputs = changeAt(outputs, path, () => unknown);
  }
  for (const name of ["name", "location"]) {
    const stable = state[name];
    if (stable !== undefined && names.includes(name)) {
      outputs[name] = stable;
    }
  }
  return { ...outputs, azureApiVersion: type.apiVersion };
}
