/** Objects of the Kubernetes API as plain data, and their way to and from property values. */
import { mapMembers, toJson } from "../rpc/propertyValues.ts";
import type { Properties, Value } from "../rpc/propertyValues.ts";

/** One manager's share in an object's fields (`metadata.managedFields[]`). */
export interface ManagedFields {
  manager?: string;
  operation?: "Apply" | "Update";
  subresource?: string;
  apiVersion?: string;
  time?: string;
  fieldsType?: string;
  fieldsV1?: FieldSet;
}

/** Fields by name: `{ "f:spec": { "f:replicas": {} } }`. */
export interface FieldSet {
  [field: string]: FieldSet;
}

export interface ObjectMeta {
  name?: string;
  namespace?: string;
  uid?: string;
  generation?: number;
  resourceVersion?: string;
  deletionTimestamp?: string;
  finalizers?: string[];
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  managedFields?: ManagedFields[];
  ownerReferences?: { uid: string; kind: string; name: string; controller?: boolean }[];
}

export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  [field: string]: unknown;
}

// Property names of the SDKs have no dashes; the API's schema extensions do.
const dashed = new Map(
  [
    "x-kubernetes-embedded-resource",
    "x-kubernetes-int-or-string",
    "x-kubernetes-list-map-keys",
    "x-kubernetes-list-type",
    "x-kubernetes-map-type",
    "x-kubernetes-preserve-unknown-fields",
    "x-kubernetes-validations",
  ].map((name) => [name.replaceAll("-", "_"), name]),
);
const underscored = new Map([...dashed].map(([property, name]) => [name, property]));

function renameKeys(value: Value, names: Map<string, string>): Value {
  const members = mapMembers(value, (member) => renameKeys(member, names));
  if (typeof members !== "object" || members === null || members === value || Array.isArray(members)) {
    return members;
  }
  return Object.fromEntries(Object.entries(members).map(([key, member]) => [names.get(key) ?? key, member]));
}

/** Properties with their keys as the API writes them. */
export function withApiKeys(properties: Properties): Properties {
  return renameKeys(properties, dashed) as Properties;
}

/** Properties with their keys as programs write them. */
export function withProgramKeys(properties: Properties): Properties {
  return renameKeys(properties, underscored) as Properties;
}

/** The object that properties describe, secrets revealed. @throws TypeError where a part is unknown. */
export function toKubeObject(properties: Properties): KubeObject {
  const object = renameKeys(toJson(properties), dashed) as Partial<KubeObject>;
  return { apiVersion: "", kind: "", ...object, metadata: object.metadata ?? {} };
}

/** The properties of an object, nothing secret yet, with keys as programs write them. */
export function toProperties(object: KubeObject): Properties {
  return withProgramKeys(object as unknown as Properties);
}

/** An annotation's value; `undefined` when it is not there or empty. */
export function annotation(object: KubeObject, name: string): string | undefined {
  const value = object.metadata.annotations?.[name];
  return value === "" ? undefined : value;
}

export function isAnnotationTrue(object: KubeObject, name: string): boolean {
  return annotation(object, name) === "true";
}

/** The id of a resource in Pulumi's state: `namespace/name`, or `name` of what stands in no namespace. */
export function objectId({ metadata }: KubeObject): string {
  return metadata.namespace === undefined || metadata.namespace === ""
    ? (metadata.name ?? "")
    : `${metadata.namespace}/${metadata.name ?? ""}`;
}

/** @throws Error when the id has no name in it. */
export function parseObjectId(id: string): { namespace: string; name: string } {
  const [first = "", second] = id.split("/");
  const parsed = second === undefined ? { namespace: "", name: first } : { namespace: first, name: second };
  if (parsed.name === "") {
    throw new Error(
      `the id "${id}" names no object; it has the form "namespace/name", or "name" outside of namespaces`,
    );
  }
  return parsed;
}

/** Kind and name for people: `Deployment shop/web`. */
export function describe(object: KubeObject): string {
  return `${object.kind} ${objectId(object)}`;
}
