/**
 * The properties of a resource as a rule sees them: plain data in which what is not known yet stands as itself.
 *
 * The SDK throws at the first unknown value that a rule reads, and so hides everything that the rule would have found
 * behind it. Here a rule can tell what is missing, what is wrong and what cannot be told yet.
 */
import { UnknownValueError } from "@pulumi/policy";

/** Stands for a value that only the update will know. */
export const notKnown = Symbol("not known at preview");

export type Value =
  string | number | boolean | null | undefined | typeof notKnown | readonly Value[] | { readonly [key: string]: Value };

/** A value that is known; parts of it need not be. */
export type Known = Exclude<Value, typeof notKnown>;

/** A value and where it stands, e.g. "spec.template.spec.containers[0].image". */
export interface Spot {
  readonly path: string;
  readonly value: Value;
}

/** The properties that the SDK hands to a policy, without its traps. */
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

/** What stands below a spot; `undefined` where there is nothing, and not known where anything on the way is. */
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

/** The elements of a list. One that is not known counts as a single element that is not known. */
export function items({ path, value }: Spot): Spot[] {
  if (value === notKnown) return [{ path: `${path}[]`, value }];
  return Array.isArray(value)
    ? value.map((element: Value, index) => ({ path: `${path}[${index}]`, value: element }))
    : [];
}

/** The entries of a map. One that is not known counts as a single entry that is not known, without name. */
export function entries(map: Spot): { key: string; spot: Spot }[] {
  if (map.value === notKnown) return [{ key: "", spot: map }];
  if (typeof map.value !== "object" || map.value === null || Array.isArray(map.value)) return [];
  return Object.keys(map.value).map((key) => ({ key, spot: step(map, key) }));
}

/** Whether what is off by itself is off. */
export const isOff = (value: Known): boolean => value === undefined || value === false;

/** A value in a message. */
export function shown(value: Known): string {
  return value === undefined || value === null
    ? "not set"
    : JSON.stringify(value, (_, part: unknown) => (typeof part === "symbol" ? "(not known)" : part));
}
