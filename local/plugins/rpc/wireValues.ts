/**
 * Property values as a provider plugin sees them: JSON, plus Pulumi's special values.
 *
 * Secret and unknown values are objects inside the property tree, at any depth, so that parts that a provider returns unchanged
 * stay secret or unknown.
 */

/** Plain data, without Pulumi's special values. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A property value, with `Secret` and `Unknown` at any depth. */
export type Value =
  null | boolean | number | string | Value[] | { [key: string]: Value } | Secret | Unknown | Asset | ResourceReference;

/** The properties of a resource, by name. */
export type Properties = { [key: string]: Value };

/** A value that the engine encrypts in the state and masks in its output. */
export class Secret {
  readonly value: Value;
  constructor(value: Value) {
    this.value = value;
  }
}

/** A value that a preview does not know yet. */
export class Unknown {
  // Makes the type nominal: without a member every object would be assignable to it.
  readonly isUnknown = true;
}

/** The unknown value. */
export const unknown = new Unknown();

/** A file or an archive, with the fields that Pulumi sends: `text`, `path`, `uri` or `assets`, and `hash`. */
export class Asset {
  readonly kind: "asset" | "archive";
  readonly fields: Properties;
  constructor(kind: "asset" | "archive", fields: Properties) {
    this.kind = kind;
    this.fields = fields;
  }
}

/** A reference to another resource: `urn`, and `id` when it has one. */
export class ResourceReference {
  readonly fields: Properties;
  constructor(fields: Properties) {
    this.fields = fields;
  }
}

/** Whether a value is an object with named properties: not null, an array, or a special value. */
export function isProperties(value: Value | undefined): value is Properties {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Secret) &&
    !(value instanceof Unknown) &&
    !(value instanceof Asset) &&
    !(value instanceof ResourceReference)
  );
}

/** A copy of an array or object with `change` applied to its members. Returns any other value unchanged. */
export function mapMembers(value: Value, change: (member: Value, key: string) => Value): Value {
  if (Array.isArray(value)) {
    return value.map((member, index) => change(member, String(index)));
  }
  if (isProperties(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, change(member, key)]));
  }
  return value;
}

/** The properties except those with these keys. */
export function without(properties: Properties, ...keys: string[]): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([key]) => !keys.includes(key)));
}

function containsAny(value: Value, wanted: (value: Value) => boolean): boolean {
  if (wanted(value)) {
    return true;
  }
  if (value instanceof Secret) {
    return containsAny(value.value, wanted);
  }
  if (Array.isArray(value)) {
    return value.some((member) => containsAny(member, wanted));
  }
  return isProperties(value) && Object.values(value).some((member) => containsAny(member, wanted));
}

/** Whether a part of the value is unknown. */
export function containsUnknown(value: Value): boolean {
  return containsAny(value, (part) => part instanceof Unknown);
}

/** Whether a part of the value is secret. */
export function containsSecret(value: Value): boolean {
  return containsAny(value, (part) => part instanceof Secret);
}

/** The value without its secret wrappers, at every depth. Unknown parts stay. */
export function reveal(value: Value): Value {
  return value instanceof Secret ? reveal(value.value) : mapMembers(value, reveal);
}

/**
 * The value as plain data, secrets revealed.
 *
 * @throws TypeError with the path of a part that is not plain data: an unknown value, an asset, a resource reference
 */
export function toJson(value: Value, path = ""): Json {
  if (value instanceof Secret) {
    return toJson(value.value, path);
  }
  if (value instanceof Unknown) {
    throw new TypeError(`${path || "the value"} is not known yet`);
  }
  if (value instanceof Asset || value instanceof ResourceReference) {
    throw new TypeError(
      `${path || "the value"} is ${value instanceof Asset ? `an ${value.kind}` : "a resource"}, expected plain data`,
    );
  }
  return mapMembers(value, (member, key) => toJson(member, path === "" ? key : `${path}.${key}`)) as Json;
}

/**
 * The value with the parts made secret that are secret at the same path in `pattern`.
 *
 * The response of an API does not say which values came from secret inputs; this restores it. An array becomes secret as a whole
 * if a member is secret, because the API may return its members in another order.
 */
export function withSecretsOf(value: Value, pattern: Value | undefined): Value {
  if (pattern === undefined || value instanceof Secret) {
    return value;
  }
  if (pattern instanceof Secret) {
    return new Secret(reveal(value));
  }
  if (Array.isArray(value)) {
    return containsSecret(pattern) ? new Secret(reveal(value)) : value;
  }
  if (isProperties(value) && isProperties(pattern)) {
    return mapMembers(value, (member, key) =>
      withSecretsOf(member, Object.hasOwn(pattern, key) ? pattern[key] : undefined),
    );
  }
  return value;
}
