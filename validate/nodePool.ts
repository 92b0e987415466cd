/** Node pools as a stack's settings name them. Each function returns what is wrong, or `undefined` when it is fine. */
import { integerProblem } from "./numbers.ts";

/** The pool that every cluster has, for its own pods. */
export const systemPoolName = "system";

/** Name of a pool beside the system pool. */
export function userPoolNameProblem(name: string): string | undefined {
  if (name === systemPoolName) return `"${name}" is the cluster's own pool: use another name, e.g. "apps"`;
  if (/^[a-z][a-z0-9]{0,11}$/.test(name)) return undefined;
  return `"${name}" is not a node pool name: AKS takes 1 to 12 lower-case letters and digits, starting with a letter, e.g. "apps"`;
}

/** A pool beside the system pool; `pool` is whatever somebody wrote. */
export function userPoolProblem(name: string, pool: unknown): string | undefined {
  const shape = 'write {vmSize: "Standard_D2s_v5", count: 2} and, if wanted, zones: ["1", "2"]';
  const nameProblem = userPoolNameProblem(name);
  if (nameProblem !== undefined) return nameProblem;
  if (typeof pool !== "object" || pool === null || Array.isArray(pool)) return `pool "${name}" is not a map: ${shape}`;
  const { vmSize, count, zones = [], ...others } = pool as Record<string, unknown>;
  const [other] = Object.keys(others);
  if (other !== undefined) return `pool "${name}" has "${other}", which no pool has: ${shape}`;
  if (typeof vmSize !== "string") return `pool "${name}" has no vmSize: ${shape}`;
  if (typeof count !== "number") return `pool "${name}" has no count: ${shape}`;
  if (!Array.isArray(zones)) return `zones of pool "${name}" are not a list: ${shape}`;
  for (const [property, problem] of [
    ["vmSize", nodeSizeProblem(vmSize)],
    ["count", integerProblem(count, 0, 1000)],
    ["zones", zonesProblem(zones)],
  ] as const) {
    if (problem !== undefined) return `${property} of pool "${name}": ${problem}`;
  }
  return undefined;
}

/** Virtual machine size of nodes. */
export function nodeSizeProblem(size: string): string | undefined {
  if (/^Standard_[A-Z][A-Za-z0-9_-]+$/.test(size)) return undefined;
  return `"${size}" is not a virtual machine size: e.g. "Standard_D2s_v5" (az vm list-sizes -l LOCATION -o table)`;
}

/** Availability zones of nodes. */
export function zonesProblem(zones: readonly unknown[]): string | undefined {
  const wrong = zones.find((zone) => typeof zone !== "string" || !/^[1-3]$/.test(zone));
  return wrong === undefined ? undefined : `${JSON.stringify(wrong)} is not a zone: use "1", "2" and "3"`;
}
