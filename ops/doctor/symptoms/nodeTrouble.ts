/** No node can run the pod because of the nodes' own state. */
import type { Diagnosis } from "../finding.ts";
import { nodeIsDown, unschedulable } from "../podHealth.ts";
import type { Node } from "../../cluster/kubernetesObjects.ts";
import { findEvent, quoteEvent, type PodView } from "../podView.ts";
import { candidates } from "../suitability.ts";

const scale = {
  say: "Add nodes to the cluster:",
  command: "az aks nodepool scale --resource-group GROUP --cluster-name CLUSTER --name POOL --node-count 2",
};

export function nodes(view: PodView): Diagnosis | undefined {
  return evicted(view) ?? ofTheScheduler(view) ?? ofItsNode(view);
}

function ofTheScheduler(view: PodView): Diagnosis | undefined {
  const said = unschedulable(view.pod);
  if (said === undefined) return undefined;
  const all = view.observation.nodes;
  const evidence = [`scheduler, about pod/${view.podName}: ${said}`, ...states(all)];
  if (all?.length === 0 || /no nodes available/i.test(said)) {
    return { code: "no-nodes", title: "The cluster has no nodes", evidence, mend: [scale] };
  }
  const suited = candidates(view.pod, all ?? []);
  const obstacles = suited.flatMap(({ obstacle }) => (obstacle === undefined ? [] : [obstacle]));
  // If one node would take the pod, the nodes are not the cause. If nodes may not be read, only the scheduler's message is left.
  if (suited.length > obstacles.length || suited.length === 0) return undefined;
  const names = suited.map(({ node }) => node.metadata?.name ?? "");
  const which = suited.length === all?.length ? "node" : "node with the labels the pod requires";
  const pressure = obstacles.find((obstacle) => obstacle.kind === "pressure");
  if (pressure !== undefined) {
    const found = pressureOf(all, pressure.resource !== "memory", pressure.resource === "memory");
    return found === undefined ? undefined : { ...found, evidence };
  }
  const cordoned = suited.filter(({ obstacle }) => obstacle?.kind === "cordoned");
  if (cordoned.length > 0 && obstacles.every(({ kind }) => kind !== "taint")) {
    return {
      code: "nodes-cordoned",
      title: `Every ${which} is cordoned and accepts no new pods`,
      evidence,
      mend: [
        {
          say: "When the maintenance is done:",
          command: `kubectl uncordon ${cordoned.map(({ node }) => node.metadata?.name).join(" ")}`,
        },
        { ...scale, say: "Or add nodes to the cluster:" },
      ],
    };
  }
  if (obstacles.some(({ kind }) => kind !== "not-ready")) return undefined;
  return {
    code: "nodes-not-ready",
    title: `No ${which} is ready`,
    evidence,
    mend: [
      { say: "Show the conditions of the nodes:", command: `kubectl describe node ${names.slice(0, 3).join(" ")}` },
      {
        say: "If the AKS cluster was stopped, start it:",
        command: "az aks start --resource-group GROUP --name CLUSTER",
      },
    ],
  };
}

function ofItsNode(view: PodView): Diagnosis | undefined {
  const { node, podName } = view;
  if (node === undefined || !nodeIsDown(view)) return undefined;
  const condition = node.status?.conditions?.find(({ type }) => type === "Ready");
  return {
    code: "nodes-not-ready",
    title: `The pod is on node "${node.metadata?.name}", which is not ready`,
    evidence: [
      `pod/${podName} runs on node/${node.metadata?.name}`,
      `the node's condition Ready is ${condition?.status}: ${condition?.message ?? condition?.reason ?? ""}`,
    ],
    mend: [
      { say: "Find out why:", command: `kubectl describe node ${node.metadata?.name}` },
      {
        say: "If the node does not recover, replace the machine:",
        command: `az aks nodepool delete-machines --resource-group GROUP --cluster-name CLUSTER --nodepool-name POOL --machine-names ${node.metadata?.name}`,
      },
    ],
  };
}

/** The kubelet evicted the pod because the node ran short of a resource. */
function evicted(view: PodView): Diagnosis | undefined {
  const { pod, podName } = view;
  const event = findEvent(view, ["Evicted"]);
  const message = pod.status?.reason === "Evicted" ? (pod.status.message ?? "") : (event?.message ?? "");
  const resource = /node was low on resource: ([\w-]+)|had condition: \[(\w+)\]/i.exec(message);
  if (resource === null) return undefined;
  const short = `${resource[1] ?? ""}${resource[2] ?? ""}`;
  const found = pressureOf(
    view.observation.nodes,
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
        { say: "Find out what fills it:", command: `kubectl describe node ${name}` },
        {
          say: "Remove unused images, on the node:",
          command: "crictl rmi --prune",
        },
        {
          say: "To prevent it: nodes with larger disks, limits on ephemeral-storage, the image cleaner.",
          command: "az aks update --resource-group GROUP --name CLUSTER --enable-image-cleaner",
        },
      ],
    };
  }
  if (!memory) return undefined;
  return {
    code: "memory-pressure",
    title: `Node "${name}" is out of memory`,
    mend: [
      { say: "Find out which pods use it:", command: "kubectl top pods --all-namespaces --sort-by memory" },
      { say: "Set memory requests to what each pod really uses, and add nodes:", command: scale.command },
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
  if (all.length === 0) return ["the API server lists no nodes"];
  const words = all.map((node) => {
    const what = [notReady(node) ? "not ready" : "ready", ...(node.spec?.unschedulable ? ["cordoned"] : [])];
    return `${node.metadata?.name}: ${[...what, ...pressures(node)].join(", ")}`;
  });
  return [`nodes: ${words.slice(0, 5).join("; ")}${words.length > 5 ? `; and ${words.length - 5} more` : ""}`];
}
