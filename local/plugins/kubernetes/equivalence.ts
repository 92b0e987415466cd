/** Where what a program says and what the API server answers differ in writing only. */
import { isQuantityPath, sameQuantity } from "./quantity.ts";
import { isBuiltIn } from "./typeToken.ts";

export type Path = (string | number)[];

/**
 * Fields the API server leaves out when they hold their empty value. Only these: an explicit `false` elsewhere
 * (`allowPrivilegeEscalation`) stays in the object, and its disappearance is a change that matters.
 */
const leftOutWhenEmpty = new Set([
  "hostIPC",
  "hostNetwork",
  "hostPID",
  "initialDelaySeconds",
  "minReadySeconds",
  "paused",
  "publishNotReadyAddresses",
  "readOnly",
  "stdin",
  "stdinOnce",
  "tty",
]);

function isEmpty(value: unknown): boolean {
  return value === "" || (typeof value === "object" && value !== null && Object.keys(value).length === 0);
}

/** True when leaving the field out says the same as this value, to the API server. */
export function sameAsAbsent(apiVersion: string, path: Path, value: unknown): boolean {
  if (!isBuiltIn(apiVersion)) {
    return false;
  }
  return value === null || isEmpty(value) || (!value && leftOutWhenEmpty.has(String(path.at(-1))));
}

/** True when two values that are neither objects nor arrays mean the same. */
export function sameScalar(apiVersion: string, path: Path, a: unknown, b: unknown): boolean {
  return a === b || (isBuiltIn(apiVersion) && isQuantityPath(path) && sameQuantity(a, b));
}
