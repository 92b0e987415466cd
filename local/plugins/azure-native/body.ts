/** Converts between Pulumi's flat properties and the bodies of Resource Manager, which have most of them below `properties`. */
import { isProperties } from "../rpc/wireValues.ts";
import type { Properties, Value } from "../rpc/wireValues.ts";
import { changeAt, renameAt } from "./propertyPath.ts";
import { bodyInputs, outputNames, settableNames } from "./types/describeType.ts";
import type { ResourceType } from "./types/describeType.ts";

function pick(properties: Properties, names: string[]): Properties {
  const present = names.filter((name) => properties[name] !== undefined && properties[name] !== null);
  return Object.fromEntries(present.map((name) => [name, properties[name] as Value]));
}

/** `["/a"]` -> `{"/a": {}}`: the service's form of a set of ids. */
function idSetToObject(value: Value | undefined): Value | undefined {
  return Array.isArray(value) ? Object.fromEntries((value as string[]).map((id) => [id, {}])) : value;
}

function objectToIdSet(value: Value | undefined): Value | undefined {
  return isProperties(value) ? Object.keys(value).sort() : value;
}

function nest(value: Value | undefined, keep: string[]): Value | undefined {
  if (!isProperties(value)) {
    return value;
  }
  const inner = Object.entries(value).filter(([key]) => !keep.includes(key));
  return { ...pick(value, keep), properties: Object.fromEntries(inner) };
}

function unnest(value: Value | undefined): Value | undefined {
  if (!isProperties(value) || !isProperties(value.properties)) {
    return value;
  }
  const { properties, ...rest } = value;
  return { ...properties, ...rest };
}

/** The body of a request that creates or updates a resource with these inputs, which are plain data. */
export function requestBody(type: ResourceType, inputs: Properties): Properties {
  let flat = pick(inputs, bodyInputs(type));
  for (const path of type.idSets ?? []) {
    flat = changeAt(flat, path, idSetToObject);
  }
  for (const path of (type.flattened?.paths ?? []).toReversed()) {
    flat = changeAt(flat, path, (value) => nest(value, type.flattened?.keep ?? []));
  }
  for (const [path, name] of Object.entries(type.renamed ?? {})) {
    flat = renameAt(flat, path, name);
  }
  const below = pick(flat, type.properties.inputs);
  const needsProperties = type.properties.inputs.length > 0;
  return { ...pick(flat, type.envelope.inputs), ...(needsProperties ? { properties: below } : {}) };
}

/** The outputs in a response body, in Pulumi's form. Properties that the type does not have are dropped. */
export function responseOutputs(type: ResourceType, body: Properties): Properties {
  const below = isProperties(body.properties) ? body.properties : {};
  let outputs = {
    ...pick(body, ["id", ...type.envelope.inputs, ...type.envelope.readOnly]),
    ...pick(below, [...type.properties.inputs, ...type.properties.readOnly]),
  };
  for (const path of type.flattened?.paths ?? []) {
    outputs = changeAt(outputs, path, unnest);
  }
  for (const [path, name] of Object.entries(type.renamed ?? {})) {
    const sdkName = path.slice(path.lastIndexOf(".") + 1);
    outputs = renameAt(outputs, `${path.slice(0, -sdkName.length)}${name}`, sdkName);
  }
  return pick(outputs, outputNames(type));
}

/** The outputs that inputs can set, in the form of inputs. Refreshes compare them, and imports start from them. */
export function settableOutputs(type: ResourceType, outputs: Properties): Properties {
  let settable = pick(outputs, settableNames(type));
  for (const path of type.nestedReadOnly ?? []) {
    settable = changeAt(settable, path, () => undefined);
  }
  for (const path of type.idSets ?? []) {
    settable = changeAt(settable, path, objectToIdSet);
  }
  return settable;
}
