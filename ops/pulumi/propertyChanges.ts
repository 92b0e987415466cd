/** The changed properties of a resource with old and new values, from an engine event. */
import type { StepEventMetadata } from "@pulumi/pulumi/automation/events.js";
import { isSecretValue, signatureKey } from "./secretValue.ts";

export interface PropertyChange {
  /** E.g. "spec.template.spec.containers[0].env[5].value". */
  path: string;
  kind: "add" | "delete" | "update";
  /** Whether this property causes the replacement. */
  replaces: boolean;
  /** One shortened line; absent if there is no value or it is not useful, as for lists. */
  before?: string;
  after?: string;
}

/** The engine's placeholder for a value that is not known yet. */
const computed = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const longestValue = 80;

/** The changed properties; those that cause a replacement come first. */
export function propertyChanges(step: StepEventMetadata): PropertyChange[] {
  const changes = Object.entries(step.detailedDiff ?? {}).map(([path, { diffKind }]): PropertyChange => {
    const [kind, replaces] = diffKind.split("-") as ["add" | "delete" | "update", "replace"?];
    return {
      path,
      kind,
      replaces: replaces !== undefined,
      ...(kind === "add" ? {} : said("before", [step.old?.inputs, step.old?.outputs], path)),
      ...(kind === "delete" ? {} : said("after", [step.new?.inputs, step.new?.outputs], path)),
    };
  });
  // For some, the provider only reports the key: the provider itself, or a property whose parts it does not list.
  for (const key of step.keys ?? []) {
    if (changes.some(({ path, replaces }) => replaces && topOf(path) === topOf(key))) continue;
    changes.push({ path: key, kind: "update", replaces: true, ...(key === "provider" ? providers(step) : {}) });
  }
  if (changes.length === 0) changes.push(...(step.diffs ?? []).map((path) => coarse(path)));
  return changes.sort((a, b) => Number(b.replaces) - Number(a.replaces) || (a.path < b.path ? -1 : 1));
}

const coarse = (path: string): PropertyChange => ({ path, kind: "update", replaces: false });

const topOf = (path: string) => /^[^.[]+/.exec(path)?.[0] ?? path;

/** Providers are referenced by URN and id: a replaced provider keeps its name. */
function providers({ old, new: next }: StepEventMetadata): Pick<PropertyChange, "before" | "after"> {
  const name = (reference: string | undefined) => reference?.split("::").at(-2);
  const [before, after] = [name(old?.provider), name(next?.provider)];
  if (before === undefined || after === undefined) return {};
  return after === before ? { after: `${after}, which is replaced` } : { before, after };
}

function said<Key extends "before" | "after">(
  key: Key,
  roots: readonly unknown[],
  path: string,
): Partial<Record<Key, string>> {
  const text = roots.map((root) => shown(valueAt(root, path))).find((found) => found !== undefined);
  return text === undefined ? {} : ({ [key]: text } as Record<Key, string>);
}

/** @param path in the engine's syntax: `a.b[0]["c.d"]` */
export const pathSteps = (path: string): { key: string; isIndex: boolean }[] =>
  [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(([, quoted, index, plain]) => ({
    key: quoted?.replaceAll(/\\(.)/g, "$1") ?? index ?? plain ?? "",
    isIndex: index !== undefined,
  }));

/** @param path in the engine's syntax */
export function valueAt(root: unknown, path: string): unknown {
  let value = root;
  for (const { key } of pathSteps(path)) {
    if (typeof value !== "object" || value === null) return undefined;
    if (signatureKey in value) return value;
    value = Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
  }
  return value;
}

/** A value on one line; never a secret, and never a value that does not fit. */
export function shown(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "object" && signatureKey in value) return isSecretValue(value) ? "[secret]" : undefined;
  const text = typeof value === "string" ? value : JSON.stringify(value, hideSecrets);
  if (text.includes(computed)) return "known after the update";
  if (text.length <= longestValue) return text;
  // The end of a resource id is more informative; for other text, the beginning.
  return text.startsWith("/subscriptions/")
    ? `…${text.slice(1 - longestValue)}`
    : `${text.slice(0, longestValue - 1)}…`;
}

const hideSecrets = (_key: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && signatureKey in value ? "[secret]" : value;
