/** A pod that requests more of a resource than any suitable node has left. */
import { amount, gibibytes, millicores } from "../resourceAmount.ts";
import { placementBy } from "./placement.ts";
import type { PodFacts } from "./podFacts.ts";
import { candidates } from "./suitability.ts";

export interface Shortage {
  resource: "cpu" | "memory";
  /** The container that requests most. */
  container: string;
  /** Its request, as a Kubernetes quantity. */
  requested: string;
  requestedAmount: number;
  /** The largest amount that a suitable node can allocate to pods; 0 if nodes may not be read. */
  most: number;
  /** The sum of all containers of the pod. */
  whole: number;
  evidence: string[];
}

export function insufficient(pod: PodFacts, resource: "cpu" | "memory"): Shortage | undefined {
  const placement = placementBy(pod, "insufficient");
  // Several resources can be short on the same nodes: take the first that the scheduler names.
  const short = placement?.verdict.reasons.filter(({ kind }) => kind === "insufficient").map(({ name }) => name);
  if (
    placement === undefined ||
    short?.find((name) => name === "cpu" || name === "memory") !== resource ||
    extended(short)
  )
    return undefined;
  const write = resource === "cpu" ? millicores : gibibytes;
  const requests = pod.containers.map(({ name, spec }) => ({
    name,
    value: amount(spec.resources?.requests?.[resource]) ?? amount(spec.resources?.limits?.[resource]) ?? 0,
  }));
  const [largest] = requests.toSorted((left, right) => right.value - left.value);
  const nodes = candidates(pod.pod, pod.observation.nodes ?? []).flatMap(({ node, obstacle }) =>
    obstacle === undefined ? [node] : [],
  );
  const room = nodes
    .slice(0, 5)
    .map(({ metadata, status }) => `${metadata?.name} ${status?.allocatable?.[resource] ?? "?"}`);
  return {
    resource,
    container: largest?.name ?? "",
    requested: write(largest?.value ?? 0),
    requestedAmount: largest?.value ?? 0,
    most: Math.max(0, ...nodes.map(({ status }) => amount(status?.allocatable?.[resource]) ?? 0)),
    whole: requests.reduce((sum, { value }) => sum + value, 0),
    evidence: [
      ...placement.evidence,
      ...(room.length === 0 ? [] : [`allocatable ${resource} of the nodes: ${room.join(", ")}`]),
    ],
  };
}

/** Devices and other resources beyond CPU and memory have a separate cause. */
const extended = (names: readonly (string | undefined)[]): boolean =>
  names.some((name) => name !== undefined && name !== "cpu" && name !== "memory");
