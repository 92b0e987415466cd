/**
 * Parses the scheduler's message: why each node does not accept the pod, in the wordings of Kubernetes 1.30 to 1.36.
 * Sources: kubernetes/pkg/scheduler/framework/types.go (the sentence), pkg/scheduler/framework/plugins (the reasons).
 */
export type ReasonKind =
  // About the pod as a whole, before the scheduler tries any node.
  | "claim-missing"
  | "claim-deleting"
  | "claim-unbound"
  | "claim-lost"
  | "class-missing"
  | "resource-claim"
  // About each node, in the order in which the scheduler checks: a node with a later reason passed the earlier checks.
  | "cordoned"
  | "node-name"
  | "taint"
  | "node-affinity"
  | "host-port"
  | "too-many-pods"
  | "insufficient"
  | "volume-in-use"
  | "volume-limit"
  | "volume-none"
  | "volume-affinity"
  | "spread"
  | "spread-label"
  | "pod-affinity"
  | "pod-anti-affinity"
  | "others-anti-affinity"
  | "other";

const order: readonly ReasonKind[] = [
  "other",
  "cordoned",
  "node-name",
  "taint",
  "node-affinity",
  "host-port",
  "too-many-pods",
  "insufficient",
  "volume-in-use",
  "volume-limit",
  "volume-none",
  "volume-affinity",
  "spread-label",
  "spread",
  "pod-affinity",
  "pod-anti-affinity",
  "others-anti-affinity",
  "class-missing",
  "claim-missing",
  "claim-deleting",
  "claim-lost",
  "claim-unbound",
  "resource-claim",
];

export interface Reason {
  kind: ReasonKind;
  /** Number of nodes with this reason; undefined if it is about the pod. */
  nodes?: number;
  /** For "insufficient": the resource. For "taint": its key. For claims and classes: the name. */
  name?: string;
  /** For a taint. */
  value?: string;
  words: string;
}

export interface SchedulerVerdict {
  /** Number of nodes in the cluster. */
  nodes: number;
  /** The reason of the nodes that came closest to accepting the pod is first. */
  reasons: Reason[];
  words: string;
}

export function parseVerdict(message: string): SchedulerVerdict | undefined {
  const match = /^\d+\/(\d+) nodes are available: ?(.*)$/s.exec(message.trim());
  if (match === null)
    return /no nodes available/i.test(message) ? { nodes: 0, reasons: [], words: message } : undefined;
  const list = (match[2] ?? "").split(/\.?\s*(?:no new claims to deallocate|preemption:)/)[0] ?? "";
  const reasons = list
    .replace(/\.\s*$/, "")
    .split(/, (?=\d+ )/)
    .map((part) => reasonIn(part.trim()))
    .filter(({ words }) => words !== "")
    .sort(
      (left, right) => order.indexOf(right.kind) - order.indexOf(left.kind) || (right.nodes ?? 0) - (left.nodes ?? 0),
    );
  return { nodes: Number(match[1]), reasons, words: message };
}

function reasonIn(part: string): Reason {
  const counted = /^(\d+) (.*)$/s.exec(part);
  const words = (counted?.[2] ?? part).trim();
  const nodes = counted === null ? {} : { nodes: Number(counted[1]) };
  return { ...kindOf(words), ...nodes, words };
}

function kindOf(words: string): Pick<Reason, "kind" | "name" | "value"> {
  const named = (kind: ReasonKind, expression: RegExp) => {
    const name = expression.exec(words)?.[1];
    return { kind, ...(name === undefined ? {} : { name }) };
  };
  if (/storageclass\S* "[^"]+" not found/i.test(words)) return named("class-missing", /"([^"]+)"/);
  if (/persistentvolumeclaim "[^"]+" not found/i.test(words)) return named("claim-missing", /"([^"]+)"/);
  if (/persistentvolumeclaim "[^"]+" is being deleted/i.test(words)) return named("claim-deleting", /"([^"]+)"/);
  if (/bound to non-existent persistentvolume/i.test(words))
    return named("claim-lost", /persistentvolumeclaim "([^"]+)"/i);
  if (/unbound immediate PersistentVolumeClaims|unbound PersistentVolumeClaims/i.test(words))
    return { kind: "claim-unbound" };
  if (/resourceclaim|resource claim|cannot allocate all claims/i.test(words)) return { kind: "resource-claim" };
  if (/ReadWriteOncePod/i.test(words) || /no available disk|disk conflict/i.test(words))
    return { kind: "volume-in-use" };
  if (/exceed max volume count/i.test(words)) return { kind: "volume-limit" };
  if (/didn't find available persistent volumes to bind/i.test(words)) return { kind: "volume-none" };
  if (/volume node affinity conflict|no available volume zone|volume zone/i.test(words))
    return { kind: "volume-affinity" };
  if (/were unschedulable/i.test(words)) return { kind: "cordoned" };
  if (/requested node name|requested hostname/i.test(words)) return { kind: "node-name" };
  const taint = /untolerated taint \{([^:}]+)(?::\s*([^}]*))?\}/.exec(words);
  if (taint !== null) return { kind: "taint", name: taint[1] ?? "", value: (taint[2] ?? "").trim() };
  if (/untolerated taint|taints that the pod didn't tolerate/i.test(words)) return { kind: "taint" };
  if (/node affinity|node selector/i.test(words)) return { kind: "node-affinity" };
  if (/free ports/i.test(words)) return { kind: "host-port" };
  if (/too many pods/i.test(words)) return { kind: "too-many-pods" };
  if (/^Insufficient /i.test(words)) return named("insufficient", /^Insufficient (\S+)/i);
  if (/topology spread constraints \(missing required label\)/i.test(words)) return { kind: "spread-label" };
  if (/topology spread/i.test(words)) return { kind: "spread" };
  if (/existing pods anti-affinity/i.test(words)) return { kind: "others-anti-affinity" };
  if (/anti-affinity/i.test(words)) return { kind: "pod-anti-affinity" };
  if (/pod affinity/i.test(words)) return { kind: "pod-affinity" };
  return { kind: "other" };
}
