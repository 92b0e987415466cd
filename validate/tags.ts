/** Azure tags as a stack's settings name them. Each function returns what is wrong, or `undefined` when it is fine. */

import { textValueProblem } from "./valueCheck.ts";

/** The tags that the program sets itself, and the setting that each comes from. */
const ownTags = new Map([
  ["app", "tarmac:appName"],
  ["stack", "the stack's name"],
  ["managed-by", "the program"],
  ["owner", "tarmac:owner"],
  ["expires", "tarmac:expires"],
]);

/**
 * Tags beside those that the program sets itself.
 * https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations
 */
export function tagsProblem(tags: Record<string, unknown>): string | undefined {
  for (const [name, value] of Object.entries(tags)) {
    const source = ownTags.get(name.toLowerCase());
    if (source !== undefined) return `the tag "${name}" is set from ${source}: remove it here`;
    if (name === "" || name.length > 512 || /[<>%&\\?/]/.test(name))
      return `"${name}" is not a tag name: use up to 512 characters without < > % & \\ ? /`;
    if (typeof value !== "string") return textValueProblem(name, value);
    if (value.length > 256) return `the value of "${name}" has ${value.length} characters: use at most 256`;
  }
  const most = 50 - ownTags.size;
  const count = Object.keys(tags).length;
  return count > most
    ? `${count} tags are more than ${most}, the most that Azure allows beside the tags that tarmac sets: remove some`
    : undefined;
}

/** A time from which on an environment may be deleted. */
export function expiryProblem(value: string): string | undefined {
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z$/.test(value) && !Number.isNaN(Date.parse(value))) return undefined;
  return `"${value}" is not a time: use UTC in quotes, e.g. "2026-12-24T18:00:00Z"`;
}
