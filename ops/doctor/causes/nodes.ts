/** No node can take or keep the pod: the cluster's trouble, not the pod's. */
import type { Diagnosis } from "../finding.ts";
import { nodeIsDown, unschedulable } from "../health.ts";
import type { Node } from "../kinds.ts";
import { findEvent, quoteEvent, type Subject } from "../subject.ts";

const scale = {
  say: "Give the cluster nodes:",
  command: "az aks nodepool scale --resource-group GROUP --cluster-name CLUSTER --name POOL --node-count 2",
};

export function nodes(subject: Subject): Diagnosis | undefined {
  return evicted(subject) ?? ofTheScheduler(subject) ?? ofItsNode(subject);
}

function ofTheScheduler(subject: Subject): Diagnosis | undefined {
  const said = unschedulable(subject.pod);
  if (said === undefined) return undefined;
  const all = subject.observation.nodes;
  const evidence = [`scheduler, about pod/${subject.podName}: ${said}`, ...states(all)];
  if (all?.length === 0 || /no nodes available/i.test(said)) {
    return { code: "no-nodes", title: "The cluster has no node", evidence, mend: [scale] };
  }
  const pressure = pressureOf(all, /disk-pressure/.test(said), /memory-pressure/.test(said));
  if (pressure !== undefined) return { ...pressure, evidence };
  // Cordoned, not ready: the scheduler counts such nodes among those it cannot use; with others left it is not the cause.
  const every = all !== undefined && all.length > 0;
  if ((every && all.every(notReady)) || /\.kubernetes\.io\/(not-ready|unreachable|network-unavailable)/.test(said)) {
    return {
      code: "nodes-not-ready",
      title: "No node is ready",
      evidence,
      mend: [
        {
          say: "See what each says of itself:",
          command: "kubectl describe nodes --selector '!node-role.kubernetes.io/none'",
        },
        {
          say: "An AKS cluster that was stopped, or whose machines were:",
          command: "az aks start --resource-group GROUP --name CLUSTER",
        },
      ],
    };
  }
  if ((every && all.every(({ spec }) => spec?.unschedulable === true)) || onlyCordoned(said)) {
    const names = (all ?? []).filter(({ spec }) => spec?.unschedulable === true).map(({ metadata }) => metadata?.name);
    return {
      code: "nodes-cordoned",
      title: "All nodes are cordoned: they take no new pods",
      evidence,
      mend: [
        { say: "When their maintenance is done:", command: `kubectl uncordon ${names.join(" ") || "NODE"}` },
        { say: "Or:", command: scale.command },
      ],
    };
  }
  return undefined;
}

const onlyCordoned = (said: string): boolean => {
  const [, total, count] = /0\/(\d+) nodes are available: (\d+) node\(s\) were unschedulable/.exec(said) ?? [];
  return total !== undefined && total === count;
};

function ofItsNode(subject: Subject): Diagnosis | undefined {
  const { node, podName } = subject;
  if (node === undefined || !nodeIsDown(subject)) return undefined;
  const condition = node.status?.conditions?.find(({ type }) => type === "Ready");
  return {
    code: "nodes-not-ready",
    title: `Node "${node.metadata?.name}" is not ready, and the pod is on it`,
    evidence: [
      `pod/${podName} runs on node/${node.metadata?.name}`,
      `the node's condition Ready is ${condition?.status}: ${condition?.message ?? condition?.reason ?? ""}`,
    ],
    mend: [
      { say: "See why:", command: `kubectl describe node ${node.metadata?.name}` },
      {
        say: "If it does not come back, replace the machine:",
        command: `az aks nodepool delete-machines --resource-group GROUP --cluster-name CLUSTER --nodepool-name POOL --machine-names ${node.metadata?.name}`,
      },
    ],
  };
}

/** The kubelet threw the pod out because the node ran short. */
function evicted(subject: Subject): Diagnosis | undefined {
  const { pod, podName } = subject;
  const event = findEvent(subject, ["Evicted"]);
  const message = pod.status?.reason === "Evicted" ? (pod.status.message ?? "") : (event?.message ?? "");
  const resource = /node was low on resource: ([\w-]+)|had condition: \[(\w+)\]/i.exec(message);
  if (resource === null) return undefined;
  const short = `${resource[1] ?? ""}${resource[2] ?? ""}`;
  const found = pressureOf(
    subject.observation.nodes,
    /storage|disk|inode|pid/i.test(short),
    /memory/i.test(short),
    pod.spec?.nodeName,
  );
  return found === undefined
    ? undefined
    : { ...found, evidence: [`pod/${podName} was evicted: ${message.trim()}`, ...(event ? [quoteEvent(event)] : [])] };
}

function pressureOf(
  all: readonly Node[] | undefined,
  disk: boolean,
  memory: boolean,
  nodeName?: string,
): Omit<Diagnosis, "evidence"> | undefined {
  const name = nodeName ?? all?.find((node) => pressures(node).length > 0)?.metadata?.name ?? "NODE";
  if (disk) {
    return {
      code: "disk-pressure",
      title: `The disk of node "${name}" is full`,
      mend: [
        { say: "See what fills it:", command: `kubectl describe node ${name}` },
        {
          say: "Images that nothing uses (on the node):",
          command: "crictl rmi --prune",
        },
        {
          say: "For good: nodes with larger disks, limits on ephemeral-storage, the image cleaner.",
          command: "az aks update --resource-group GROUP --name CLUSTER --enable-image-cleaner",
        },
      ],
    };
  }
  if (!memory) return undefined;
  return {
    code: "memory-pressure",
    title: `The memory of node "${name}" is used up`,
    mend: [
      { say: "See who uses it:", command: "kubectl top pods --all-namespaces --sort-by memory" },
      { say: "Give every pod a memory request that is true; add nodes:", command: scale.command },
    ],
  };
}

const notReady = ({ status }: Node): boolean =>
  status?.conditions?.find(({ type }) => type === "Ready")?.status !== "True";

const pressures = ({ status }: Node): string[] =>
  (status?.conditions ?? [])
    .filter(({ type, status: value }) => type.endsWith("Pressure") && value === "True")
    .map(({ type }) => type);

function states(all: readonly Node[] | undefined): string[] {
  if (all === undefined) return [];
  if (all.length === 0) return ["the API server lists no node"];
  const words = all.map((node) => {
    const what = [notReady(node) ? "not ready" : "ready", ...(node.spec?.unschedulable ? ["cordoned"] : [])];
    return `${node.metadata?.name}: ${[...what, ...pressures(node)].join(", ")}`;
  });
  return [`nodes: ${words.slice(0, 5).join("; ")}${words.length > 5 ? `; and ${words.length - 5} more` : ""}`];
}
