/** The message of a violation: what is wrong and where, why it matters, how to fix it, and a reference. */
import type { Exception } from "./exceptions.ts";
import type { Wrong } from "./outcome.ts";
import type { Rule } from "./rule.ts";

export function message(rule: Rule, found: readonly Wrong[], expired?: Exception): string {
  return [
    ...found.map(({ path, problem }) => (problem.includes(path) ? problem : `${problem} (${path})`)),
    ...(expired === undefined ? [] : [`The exception for it ended on ${expired.until}: ${expired.reason}`]),
    `Why: ${rule.reason}`,
    `Fix: ${rule.fix}`,
    `See: ${rule.reference}`,
  ].join("\n");
}
