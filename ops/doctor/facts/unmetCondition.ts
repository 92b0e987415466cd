import type { StatusCondition } from "../../cluster/kubernetesObjects.ts";

/** The first of these conditions that exists and is not "True". */
export const unmet = (
  conditions: readonly StatusCondition[] | undefined,
  types: readonly string[],
): StatusCondition | undefined =>
  types
    .map((wanted) => conditions?.find(({ type }) => type === wanted))
    .find((one) => one !== undefined && one.status !== "True");

export const quoteCondition = (of: string, { type, status, reason = "", message = "" }: StatusCondition): string =>
  `${of}: ${type}=${status} (${reason}): ${message.replace(/\s+/g, " ").slice(0, 400)}`;
