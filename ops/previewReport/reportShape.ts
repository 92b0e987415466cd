/**
 * Validates that plain data is a report (`reportFormat.ts`): malformed untrusted input must not break the judging job.
 */

/** The problem with a value at a path; `undefined` if it is valid. */
type Check = (value: unknown, path: string) => string | undefined;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const ofType =
  (type: "string" | "boolean"): Check =>
  (value, path) =>
    typeof value === type ? undefined : `${path} is not a ${type}`;
const text = ofType("string");
const flag = ofType("boolean");
const count: Check = (value, path) =>
  typeof value === "number" && Number.isFinite(value) && value >= 0 ? undefined : `${path} is not a number from 0`;
const oneOf =
  (...values: string[]): Check =>
  (value, path) =>
    values.includes(value as string) ? undefined : `${path} is not one of ${values.join(", ")}`;
const list =
  (item: Check): Check =>
  (value, path) =>
    Array.isArray(value)
      ? firstOf(value.map((one, index) => () => item(one, `${path}[${index}]`)))
      : `${path} is not a list`;
/** Names of optional fields end with "?". Unknown fields are rejected. */
const object = (fields: Record<string, Check>): Check => {
  const known = new Map(Object.entries(fields).map(([name, check]) => [name.replace(/\?$/, ""), { name, check }]));
  return (value, path) => {
    if (!isObject(value)) return `${path} is not an object`;
    const stranger = Object.keys(value).find((name) => !known.has(name));
    if (stranger !== undefined) return `${path} has a field "${stranger.slice(0, 40)}", which no report has`;
    return firstOf(
      [...known].map(([field, { name, check }]) => () => {
        const own = value[field];
        return own === undefined && name.endsWith("?") ? undefined : check(own, `${path}.${field}`);
      }),
    );
  };
};

function firstOf(checks: readonly (() => string | undefined)[]): string | undefined {
  for (const check of checks) {
    const problem = check();
    if (problem !== undefined) return problem;
  }
  return undefined;
}

const message = object({ "resource?": text, text });
const property = object({
  ...{ path: text, kind: oneOf("add", "delete", "update"), replaces: flag },
  ...{ "before?": text, "after?": text },
});
const change = object({
  action: oneOf("create", "update", "replace", "delete", "import", "forget"),
  ...{ type: text, "ownType?": text, name: text, urn: text, protected: flag },
  ...{ properties: list(property), "insteadCreated?": text, "lastPool?": flag, "refusesPulls?": flag },
});
const preview = object({
  ...{ outcome: oneOf("done", "failed"), seconds: count, changes: list(change), unchanged: count },
  ...{ errors: list(message), warnings: list(message) },
  policy: list(object({ policy: text, pack: text, mandatory: flag, "resource?": text, text })),
});
const environment = object({
  ...{ stack: text, "because?": list(text), "preview?": preview, settingProblems: list(text) },
  settings: list(object({ key: text, "before?": text, "after?": text })),
});
const report = object({
  ...{ version: count, "commit?": text, "offline?": text, "failure?": text, "notPreviewed?": list(text) },
  ...{ environments: list(environment), untouched: list(text) },
  "image?": object({ "before?": count, "after?": count, "problem?": text }),
});

/** @returns the problem with its path; `undefined` for a valid report */
export const reportProblem = (value: unknown): string | undefined => report(value, "report");
