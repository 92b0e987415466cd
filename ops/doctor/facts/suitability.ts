/**
 * The nodes a pod could run on, and the obstacle at each. The scheduler's message only counts reasons across all nodes;
 * which reasons matter depends on the nodes that the pod's selectors allow.
 */
import { type LabelRequirement, meets } from "../../cluster/labelRequirement.ts";
import type { Node, Pod } from "../../cluster/kubernetesObjects.ts";

export type Obstacle =
  | { kind: "not-ready" }
  | { kind: "cordoned" }
  | { kind: "pressure"; resource: "disk" | "memory" | "pid" }
  | { kind: "taint"; key: string; value: string };

export interface Candidate {
  node: Node;
  /** The first obstacle; undefined if the node accepts the pod, apart from free resources. */
  obstacle: Obstacle | undefined;
}

/** The nodes with the labels that the pod requires. */
export function candidates(pod: Pod, nodes: readonly Node[]): Candidate[] {
  return nodes.filter((node) => wanted(pod, node)).map((node) => ({ node, obstacle: obstacleAt(pod, node) }));
}

type Term = { matchExpressions?: LabelRequirement[] };

function wanted({ spec }: Pod, { metadata }: Node): boolean {
  const labels = metadata?.labels ?? {};
  if (Object.entries(spec?.nodeSelector ?? {}).some(([key, value]) => labels[key] !== value)) return false;
  const terms: Term[] | undefined =
    spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  // Terms are alternatives, and all expressions of a term must match. Field expressions (a node's name) are left to the
  // scheduler.
  return terms?.some(({ matchExpressions = [] }) => matchExpressions.every((one) => meets(one, labels))) ?? true;
}

type Taint = NonNullable<NonNullable<Node["spec"]>["taints"]>[number];

const system = "node.kubernetes.io/";

function obstacleAt(pod: Pod, { spec }: Node): Obstacle | undefined {
  const standing = (spec?.taints ?? [])
    .filter(({ effect }) => effect !== "PreferNoSchedule")
    .filter((taint) => !tolerated(pod, taint))
    .map(obstacleOf);
  const first = (kind: Obstacle["kind"]) => standing.find((obstacle) => obstacle.kind === kind);
  return first("not-ready") ?? first("cordoned") ?? first("pressure") ?? first("taint");
}

function obstacleOf({ key, value = "" }: Taint): Obstacle {
  if (["not-ready", "unreachable", "network-unavailable"].some((name) => key === system + name))
    return { kind: "not-ready" };
  if (key === `${system}unschedulable`) return { kind: "cordoned" };
  const [, resource] = /^node\.kubernetes\.io\/(disk|memory|pid)-pressure$/.exec(key) ?? [];
  return resource === undefined
    ? { kind: "taint", key, value }
    : { kind: "pressure", resource: resource as "disk" | "memory" | "pid" };
}

function tolerated({ spec }: Pod, taint: Taint): boolean {
  return (spec?.tolerations ?? []).some(
    ({ key, operator = "Equal", value = "", effect }) =>
      (effect === undefined || effect === taint.effect) &&
      (operator === "Exists"
        ? key === undefined || key === taint.key
        : key === taint.key && value === (taint.value ?? "")),
  );
}
