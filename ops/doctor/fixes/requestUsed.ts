/** For an evicted pod: a request of what its container used, so that a node with that much room is chosen. */
import type { Step } from "../causes/cause.ts";
import type { Pressure } from "../facts/pressure.ts";
import type { PodFacts } from "../facts/podFacts.ts";
import { amount } from "../resourceAmount.ts";
import { changedBy, setResource } from "./changeOwner.ts";

type Evicted = NonNullable<Pressure["evicted"]>;

/** `, whose container "main" used 3Gi`, for a title. */
export const usedBy = ({ container, used }: Evicted): string =>
  container === undefined ? "" : `, whose container "${container}" used ${used}`;

export function requestUsed(
  pod: PodFacts,
  evicted: Evicted | undefined,
  resource: "memory" | "ephemeral-storage",
): Step[] {
  const { container, used } = evicted ?? {};
  if (container === undefined || used === undefined) return [];
  // A request above the limit is refused, and a stack has no setting for requests of disk space.
  const limit = amount(pod.containers.find(({ name }) => name === container)?.spec.resources?.limits?.[resource]);
  if (limit !== undefined && (amount(used) ?? Infinity) > limit) return [];
  // A request that no node can grant would keep the pod pending.
  const room = pod.observation.nodes?.map(({ status }) => amount(status?.allocatable?.[resource]) ?? 0) ?? [];
  if (!room.some((free) => free >= (amount(used) ?? Infinity))) return [];
  const say =
    "If the container needs what it used, request it. A node with room is then chosen, and others are evicted first:";
  return setResource(changedBy(pod), container, say, "requests", resource, used);
}
