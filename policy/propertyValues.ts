/**
 * The properties of a resource for a rule: plain data with a marker for unknown values.
 *
 * The SDK throws at the first unknown value that a rule reads, which hides all later findings of the rule. With this
 * data a rule can distinguish missing, wrong and unknown values.
 */
import { UnknownValueError } from "@pulumi/policy";

/** Marks a value that is unknown until the update. */
export const notKnown = Symbol("not known at preview");

export type Value =
  string | number | boolean | null | undefined | typeof notKnown | readonly Value[] | { readonly [key: string]: Value };

/** A known value. Its parts may be unknown. */
export type Known = Exclude<Value, typeof notKnown>;

/** A value and its path, e.g. "spec.template.spec.containers[0].image". */
export interface Spot {
  readonly path: string;
  readonly value: Value;
}

/** Returns the properties that the SDK passes to a policy, without its proxies. */
export function plain(proxied: unknown): Value {
  if (Array.isArray(proxied)) return Array.from({ length: proxied.length }, (_, index) => read(proxied, index));
  if (typeof proxied === "object" && proxied !== null)
    return Object.fromEntries(Object.keys(proxied).map((key) => [key, read(proxied, key)]));
  return proxied as Value;
}

function read(container: object, key: PropertyKey): Value {
  try {
    return plain((container as Record<PropertyKey, unknown>)[key]);
  } catch (error) {
    if (error instanceof UnknownValueError) return notKnown;
    throw error;
  }
}

/** Returns the value below a spot; `undefined` if there is none, unknown if anything on the path is unknown. */
export function step(from: Spot, ...keys: readonly string[]): Spot {
  return keys.reduce<Spot>(({ path, value }, key) => ({ path: joined(path, key), value: below(value, key) }), from);
}

function below(value: Value, key: string): Value {
  if (value === notKnown) return notKnown;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, key) ? ((value as Record<string, Value>)[key] ?? undefined) : undefined;
}

const joined = (path: string, key: string) =>
  /^[\w-]+$/.test(key) ? (path === "" ? key : `${path}.${key}`) : `${path}[${JSON.stringify(key)}]`;

/** Returns the elements of a list. An unknown list counts as one unknown element. */
export function items({ path, value }: Spot): Spot[] {
  if (value === notKnown) return [{ path: `${path}[]`, value }];
  return Array.isArray(value)
    ? value.map((element: Value, index) => ({ path: `${path}[${index}]`, value: element }))
    : [];
}

/** Returns the entries of a map. An unknown map counts as one unknown entry without a name. */
export function entries(map: Spot): { key: string; spot: Spot }[] {
  if (map.value === notKnown) return [{ key: "", spot: map }];
  if (typeof map.value !== "object" || map.value === null || Array.isArray(map.value)) return [];
  return Object.keys(map.value).map((key) => ({ key, spot: step(map, key) }));
}

/** Returns whether a feature that is off by default is off. */
export const isOn = (value: Known): boolean => value === true;
export const isOff = (value: Known): boolean => value === undefined || value === false;

/** Formats a value for a message. */
export function shown(value: Known): string {
  return value === undefined || value === null
    ? "not set"
    : JSON.stringify(value, (_, part: unknown) => (typeof part === "symbol" ? "(not known)" : part));
}
