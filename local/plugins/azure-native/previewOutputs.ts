/** What a preview knows of a resource's outputs before anything is done. */
import { unknown } from "../rpc/propertyValues.ts";
import type { Properties } from "../rpc/propertyValues.ts";
import { changeAt } from "./propertyPath.ts";
import { outputNames } from "./types/describeType.ts";
import type { ResourceType } from "./types/describeType.ts";

/**
 * The outputs as far as they are known.
 *
 * Of an update the official plugin takes only the name and the location for certain; everything that the inputs do not
 * name may change.
 *
 * @param state the outputs of a resource that is to be updated
 */
export function previewOutputs(type: ResourceType, inputs: Properties, state: Properties = {}): Properties {
  const names = outputNames(type).filter((name) => name !== "id");
  let outputs: Properties = Object.fromEntries(names.map((name) => [name, inputs[name] ?? unknown]));
  for (const path of type.idSets ?? []) {
    // A list of ids in the inputs, an object in the outputs: what will stand behind its keys is not known.
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
