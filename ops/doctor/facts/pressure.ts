/** Nodes that ran short of a resource and affect the pod: it was evicted, or no other node is left for it. */
import { findEvent, quoteEvent } from "./eventFacts.ts";
import { nodeStates, placementOf, pressures } from "./placement.ts";
import type { PodFacts } from "./podFacts.ts";
import { candidates } from "./suitability.ts";

export interface Pressure {
  resource: "disk" | "memory";
  node: string;
  /** If a pod was evicted: the container that used most beyond its request, as the kubelet says, e.g. "3Gi". */
  evicted?: { container?: string; used?: string };
  evidence: string[];
}

export function pressureOn(pod: PodFacts): Pressure | undefined {
  return evicted(pod) ?? unplaced(pod);
}

function evicted({ pod, podName, events }: PodFacts): Pressure | undefined {
  const event = findEvent(events, ["Evicted"]);
  const message = pod.status?.reason === "Evicted" ? (pod.status.message ?? "") : (event?.message ?? "");
  const short = /node was low on resource: ([\w-]+)|had condition: \[(\w+)\]/i.exec(message);
  if (short === null) return undefined;
  const name = `${short[1] ?? ""}${short[2] ?? ""}`;
  const resource = /storage|disk|inode/i.test(name) ? "disk" : /memory/i.test(name) ? "memory" : undefined;
  if (resource === undefined) return undefined;
  const [, container, used] = /Container (\S+) was using (\w+), request is/.exec(message) ?? [];
  return {
    resource,
    node: pod.spec?.nodeName ?? "NODE",
    evicted: container === undefined || used === undefined ? {} : { container, used },
    evidence: [`pod/${podName} was evicted: ${message.trim()}`, ...(event ? [quoteEvent(event)] : [])],
  };
}

function unplaced(pod: PodFacts): Pressure | undefined {
  const placement = placementOf(pod);
  const all = pod.observation.nodes;
  if (placement === undefined || all === undefined) return undefined;
  const suited = candidates(pod.pod, all);
  const found = suited.map(({ obstacle }) => obstacle).find((obstacle) => obstacle?.kind === "pressure");
  if (found?.kind !== "pressure" || suited.some(({ obstacle }) => obstacle === undefined)) return undefined;
  return {
    resource: found.resource === "memory" ? "memory" : "disk",
    node: all.find((node) => pressures(node).length > 0)?.metadata?.name ?? "NODE",
    evidence: [...placement.evidence, ...nodeStates(all)],
  };
}
