/** A NetworkPolicy that allows more. Policies are additive, so it takes nothing away from pods that are already isolated. */
import type { Step } from "../causes/cause.ts";
import { type Direction, type Selector, selectorMatches } from "../facts/policyFacts.ts";
import type { Observation } from "../observation.ts";
import { quoted, run } from "./changeOwner.ts";

export interface Opening {
  say: string;
  name: string;
  direction: Direction;
  /** Labels of the pods to open. */
  labels: Record<string, string>;
  /** Pod selectors of policies that isolate these pods in this direction; together they match all that need the rule. */
  isolating: readonly Selector[];
  /** An entry of `ingress` or `egress`. */
  rule: object;
}

/**
 * Each policy selects only pods that another policy already isolates: it would cut off any other pod from everything
 * else.
 */
export function openPolicy({ target, reach }: Observation, opening: Opening): Step[] {
  const { say, direction, labels, isolating, rule } = opening;
  if (Object.keys(labels).length === 0)
    return [
      {
        say: `${say.replace(/:$/, "")}, with another policy. The pods have no labels of their own: add one to select them by.`,
      },
    ];
  const taken = (reach?.networkPolicies ?? []).map(({ metadata }) => metadata?.name ?? "");
  return isolating.map(({ matchLabels = {}, matchExpressions = [] }, index) => {
    const name = freeName(opening.name, taken);
    taken.push(name);
    const policy = {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name, namespace: target.namespace },
      spec: {
        podSelector: {
          matchLabels: { ...matchLabels, ...labels },
          ...(matchExpressions.length === 0 ? {} : { matchExpressions }),
        },
        policyTypes: [direction],
        [direction.toLowerCase()]: [rule],
      },
    };
    return run(
      index === 0 ? say : "The same for pods that another policy isolates:",
      `echo ${quoted(JSON.stringify(policy))} | kubectl apply --filename -`,
    );
  });
}

/** The fewest pod selectors, in order, so that each pod is matched by one. @param pods labels and matching selectors */
export function covering(
  pods: readonly { labels?: Record<string, string> | undefined; selectors: readonly Selector[] }[],
) {
  const chosen: Selector[] = [];
  for (const { labels, selectors } of pods) {
    const [first] = selectors;
    if (first !== undefined && !chosen.some((one) => selectorMatches(one, labels))) chosen.push(first);
  }
  return chosen;
}

/** `kubectl apply` would overwrite an existing policy of the same name. */
function freeName(wanted: string, taken: readonly string[]): string {
  const base = wanted.slice(0, 60).replace(/[^a-z0-9]+$/, "");
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? base : `${base}-${number}`;
    if (!taken.includes(name)) return name;
  }
}
