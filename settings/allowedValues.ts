/** Shared checks for settings of every area. */
import { isDeepStrictEqual } from "node:util";
import { principalTypes } from "@tarmac/components/azure/builtInRoles";
import { allowing, eachProblem, type Problems, textValueProblem } from "@tarmac/validate/valueCheck";
import { objectIdProblem } from "@tarmac/validate/azureNames";
import { serviceZoneProblem } from "@tarmac/validate/azureResourceId";
import { type Bounds, integerProblem } from "@tarmac/validate/numbers";

/** The problems of one setting in combination with others; `undefined` means none. */
export type FindingOf<Settings> = readonly [key: keyof Settings & string, problems: Problems];

export const range = (...[least, most]: Bounds) =>
  allowing(`${least} to ${most}`, (value: number) => integerProblem(value, least, most));

/** The private DNS zone of a private endpoint. @param zoneName e.g. "privatelink.azurecr.io" */
export const endpointZone = (zoneName: string) =>
  allowing("`own`, `none` or a resource id", (zone: string) => serviceZoneProblem(zone, zoneName));

/** Returns the problem with a map whose values must be strings, or `undefined`. */
export const texts = (values: Record<string, unknown>) =>
  eachProblem(Object.entries(values), ([key, value]) => textValueProblem(`"${key}"`, value));

/**
 * A map of strings, each checked on its own.
 * @param allowed the same as in {@link allowing}
 */
export const textsEach = (allowed: string, problem: (key: string, text: string) => Problems) =>
  allowing(allowed, (values: Record<string, unknown>) =>
    eachProblem(Object.entries(values), ([key, value]) =>
      typeof value === "string" ? problem(key, value) : textValueProblem(`"${key}"`, value),
    ),
  );

/**
 * Returns whether a value is the setting's default. Pulumi passes defaults as text too, so this does not tell whether
 * the user has set the value.
 */
export const isDefault = (setting: { default?: unknown }, value: unknown): boolean =>
  isDeepStrictEqual(value, setting.default);

/**
 * Returns a problem for each setting that the user has set but that has no effect in this stack.
 * @param declared the settings, with their defaults
 * @param problem the reason, and the fix
 */
export const unusedFindings = <Key extends string>(
  s: Readonly<Record<NoInfer<Key>, unknown>>,
  declared: Readonly<Record<Key, { default: unknown }>>,
  problem: string,
): FindingOf<Record<Key, unknown>>[] =>
  (Object.keys(declared) as Key[]).map((key) => [key, isDefault(declared[key], s[key]) ? undefined : problem]);

const alternatives = new Intl.ListFormat("en-US", { type: "disjunction" });

/** Returns the problem with users, groups and CI identities, given as principal types by object id. */
export const principalsProblem = (principals: Readonly<Record<string, unknown>>) =>
  eachProblem(
    Object.entries(principals),
    ([id, type]) =>
      objectIdProblem(id) ??
      (principalTypes.some((known) => known === type)
        ? undefined
        : `the type of "${id}" is ${JSON.stringify(type)}: use ${alternatives.format(principalTypes.map((known) => `"${known}"`))}`),
  );
