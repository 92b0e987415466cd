/** What the settings of every area need to say what is allowed. */
import { principalTypes } from "@tarmac/components/azure/builtInRoles";
import { allowing, eachProblem, type Problems, textValueProblem } from "@tarmac/validate/valueCheck";
import { objectIdProblem } from "@tarmac/validate/azureNames";
import { type Bounds, integerProblem } from "@tarmac/validate/numbers";

/** The problems of one of these settings beside others; `undefined` when there is none. */
export type FindingOf<Settings> = readonly [key: keyof Settings & string, problems: Problems];

export const range = (...[least, most]: Bounds) =>
  allowing(`${least} to ${most}`, (value: number) => integerProblem(value, least, most));

/** What is wrong with a map whose values must be texts, or `undefined`. */
export const texts = (values: Record<string, unknown>) =>
  eachProblem(Object.entries(values), ([key, value]) => textValueProblem(`"${key}"`, value));

/**
 * A map of texts, each of which is checked by itself.
 * @param allowed as of {@link allowing}
 */
export const textsEach = (allowed: string, problem: (key: string, text: string) => Problems) =>
  allowing(allowed, (values: Record<string, unknown>) =>
    eachProblem(Object.entries(values), ([key, value]) =>
      typeof value === "string" ? problem(key, value) : textValueProblem(`"${key}"`, value),
    ),
  );

/**
 * Settings that have no effect as the stack is: each that somebody has set.
 * @param declared the settings, with their defaults
 * @param problem why, and what to do about it
 */
export const unusedFindings = <Key extends string>(
  s: Readonly<Record<NoInfer<Key>, unknown>>,
  declared: Readonly<Record<Key, { default: unknown }>>,
  problem: string,
): FindingOf<Record<Key, unknown>>[] =>
  (Object.keys(declared) as Key[]).map((key) => [
    key,
    JSON.stringify(s[key]) === JSON.stringify(declared[key].default) ? undefined : problem,
  ]);

const alternatives = new Intl.ListFormat("en-US", { type: "disjunction" });

/** What is wrong with people, groups and CI identities, given as type by object id. */
export const principalsProblem = (principals: Readonly<Record<string, unknown>>) =>
  eachProblem(
    Object.entries(principals),
    ([id, type]) =>
      objectIdProblem(id) ??
      (principalTypes.some((known) => known === type)
        ? undefined
        : `the type of "${id}" is ${JSON.stringify(type)}: use ${alternatives.format(principalTypes.map((known) => `"${known}"`))}`),
  );
