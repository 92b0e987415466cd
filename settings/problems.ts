/** What the settings of every area need to say what is allowed. */
import type { Settings } from "../config.ts";
import { principalTypes } from "../components/azure/roles.ts";
import { allowing } from "../validate/check.ts";
import { objectIdProblem } from "../validate/names.ts";
import { integerProblem } from "../validate/numbers.ts";

/** What is wrong with a setting beside others; `undefined` when nothing is. */
export type Finding = readonly [key: keyof Settings, problem: string | undefined];

export const range = (least: number, most: number) =>
  allowing(`${least} to ${most}`, (value: number) => integerProblem(value, least, most));

/** What is wrong with the first of the values that is not fine. */
export const firstProblem = <T>(values: readonly T[], problem: (value: T) => string | undefined) =>
  values.map(problem).find((found) => found !== undefined);

/** Is every value of a map a text? YAML reads `1` and `true` as something else. */
export const texts = (values: Record<string, unknown>) =>
  firstProblem(Object.entries(values), ([key, value]) =>
    typeof value === "string" ? undefined : `the value of "${key}" is not a text: put it in quotes`,
  );

/** What is wrong with people, groups and CI identities, given as type by object id. */
export const principalsProblem = (principals: Readonly<Record<string, unknown>>) =>
  firstProblem(
    Object.entries(principals),
    ([id, type]) =>
      objectIdProblem(id) ??
      (principalTypes.some((known) => known === type)
        ? undefined
        : `the type of "${id}" is ${JSON.stringify(type)}: use "User", "Group" or "ServicePrincipal"`),
  );
