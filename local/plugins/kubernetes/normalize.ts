/** Inputs in the form in which they are recorded and compared. */
import { isProperties, Unknown, without } from "../rpc/propertyValues.ts";
import type { Properties, Value } from "../rpc/propertyValues.ts";
import { withApiKeys } from "./kubeObject.ts";
import { isBuiltIn } from "./typeToken.ts";

// Only the API server writes these.
const readOnlyMetadata = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "uid",
];

function withoutNulls(value: Value): Value {
  if (Array.isArray(value)) {
    return value.map(withoutNulls);
  }
  if (!isProperties(value)) {
    return value;
  }
  const present = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(present.map(([key, member]) => [key, withoutNulls(member)]));
}

function encoded(data: Record<string, string>, encoding: BufferEncoding): Record<string, string> {
  return Object.fromEntries(
    Object.entries(data).map(([key, text]) => [key, Buffer.from(text, encoding).toString("base64")]),
  );
}

/** The API server keeps `stringData` as `data`, and re-encodes `data`: both are recorded as it will return them. */
function normalizedSecret(inputs: Properties): Properties {
  const data = isProperties(inputs.data) ? inputs.data : {};
  const stringData = isProperties(inputs.stringData) ? inputs.stringData : {};
  const values = [...Object.values(data), ...Object.values(stringData)];
  if (values.length === 0 || values.some((value) => typeof value !== "string")) {
    return inputs;
  }
  const written = encoded(data as Record<string, string>, "base64");
  return {
    ...without(inputs, "stringData"),
    data: { ...written, ...encoded(stringData as Record<string, string>, "utf8") },
  };
}

/**
 * Inputs without secrets' wrappers in, the same out: read-only metadata and nulls gone, keys as the API writes them,
 * Secrets as they are kept.
 */
export function normalize(inputs: Properties): Properties {
  const apiVersion = typeof inputs.apiVersion === "string" ? inputs.apiVersion : "";
  const present = withApiKeys(isBuiltIn(apiVersion) ? (withoutNulls(inputs) as Properties) : inputs);
  const { metadata } = present;
  const writable = isProperties(metadata) ? { ...present, metadata: without(metadata, ...readOnlyMetadata) } : present;
  const isSecret = apiVersion === "v1" && inputs.kind === "Secret";
  return isSecret && !(inputs.stringData instanceof Unknown) ? normalizedSecret(writable) : writable;
}
