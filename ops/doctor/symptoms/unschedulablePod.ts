/** There are nodes, but the scheduler finds none that suits the pod. */
import type { Diagnosis, Step } from "../finding.ts";
import { unschedulable } from "../podHealth.ts";
import { amount, gibibytes, millicores } from "../resourceAmount.ts";
import { edit, inNamespace, resources } from "../remedy.ts";
import { findEvent, quoteEvent, type PodView } from "../podView.ts";
import { candidates } from "../suitability.ts";

export function placement(view: PodView): Diagnosis | undefined {
  const said = unschedulable(view.pod);
  if (said === undefined) return undefined;
  const scaleUp = findEvent(view, ["NotTriggerScaleUp", "FailedScaleUp"]);
  const evidence = [
    `scheduler, about pod/${view.podName}: ${said}`,
    ...(scaleUp === undefined ? [] : [quoteEvent(scaleUp)]),
  ];
  // The autoscaler could not add a node: that comes before the reason why one was needed.
  if (scaleUp !== undefined && /quota/i.test(scaleUp.message ?? "")) {
    return {
      code: "quota-exceeded",
      title: "The subscription's quota does not allow another node",
      evidence,
      mend: [
        {
          say: "Show the quota, and request a higher one in the portal (Quotas):",
          command: "az vm list-usage --location REGION --output table",
        },
      ],
    };
  }
  if (/PersistentVolumeClaim|volume node affinity|unbound immediate/i.test(said)) {
    return {
      code: "volume-not-bound",
      title: "A volume that the pod needs is not bound",
      evidence,
      mend: [
        {
          say: "Show what the claim is waiting for:",
          command: `kubectl describe persistentvolumeclaims ${inNamespace(view)}`,
        },
      ],
    };
  }
  for (const resource of ["cpu", "memory"] as const) {
    if (!new RegExp(`Insufficient ${resource}`, "i").test(said)) continue;
    return { ...insufficient(view, resource), evidence: [...evidence, ...room(view, resource)] };
  }
  if (/Too many pods/i.test(said)) {
    return {
      code: "too-many-pods",
      title: "The nodes run as many pods as they allow",
      evidence: [...evidence, ...room(view, "pods")],
      mend: [addNodes],
    };
  }
  const suited = candidates(view.pod, view.observation.nodes ?? []);
  const taint = suited.map(({ obstacle }) => obstacle).find((obstacle) => obstacle?.kind === "taint");
  if (taint !== undefined || (suited.length === 0 && /untolerated taint \{/.test(said) && !/affinity/.test(said))) {
    const key = taint?.key ?? /untolerated taint \{([^:}]+)/.exec(said)?.[1] ?? "";
    return {
      code: "taint-not-tolerated",
      title: `The nodes have the taint "${key}", which the pod does not tolerate`,
      evidence: [...evidence, ...taints(view)],
      mend: [
        edit(
          view,
          "If the pod belongs on these nodes, add the toleration. Otherwise add a node pool without the taint (tarmac: userPools).",
        ),
        { say: "If the taint is obsolete, remove it:", command: `kubectl taint nodes --all ${key}-` },
      ],
    };
  }
  if (/node affinity|node selector|topology spread|affinity rules/i.test(said)) {
    const wanted = JSON.stringify(view.pod.spec?.nodeSelector ?? view.pod.spec?.affinity ?? {});
    return {
      code: "node-selector-mismatch",
      title: "No node has the labels that the pod requires",
      evidence: [...evidence, `the pod requires: ${wanted.slice(0, 400)}`],
      mend: [
        { say: "Show the labels of the nodes:", command: "kubectl get nodes --show-labels" },
        edit(view, "Correct nodeSelector or affinity, or add a node pool with these labels."),
      ],
    };
  }
  return undefined;
}

const addNodes: Step = {
  say: "Or add nodes:",
  command: "az aks nodepool scale --resource-group GROUP --cluster-name CLUSTER --name POOL --node-count N",
};

function insufficient(view: PodView, resource: "cpu" | "memory"): Omit<Diagnosis, "evidence"> {
  const [largest] = view.containers
    .filter(({ init }) => !init)
    .map(({ name, spec }) => ({ name, value: amount(spec.resources?.requests?.[resource]) ?? 0 }))
    .sort((left, right) => right.value - left.value);
  const most = Math.max(0, ...allocatable(view, resource));
  const write = resource === "cpu" ? millicores : gibibytes;
  return {
    code: resource === "cpu" ? "insufficient-cpu" : "insufficient-memory",
    title: `The pod requests ${write(largest?.value ?? 0)} of ${resource === "cpu" ? "CPU" : resource}, and no node has that much left`,
    mend: [
      resources(view, largest?.name ?? "CONTAINER", "requests", resource, most === 0 ? "AMOUNT" : write(most / 4)),
      addNodes,
      { say: "Show the requests on each node:", command: "kubectl describe nodes" },
    ],
  };
}

const allocatable = ({ observation }: PodView, resource: string): number[] =>
  (observation.nodes ?? []).map(({ status }) => amount(status?.allocatable?.[resource]) ?? 0);

function room(view: PodView, resource: string): string[] {
  const nodes = candidates(view.pod, view.observation.nodes ?? []).flatMap(({ node, obstacle }) =>
    obstacle === undefined ? [node] : [],
  );
  if (nodes.length === 0) return [];
  const words = nodes
    .slice(0, 5)
    .map(({ metadata, status }) => `${metadata?.name} ${status?.allocatable?.[resource] ?? "?"}`);
  return [`allocatable ${resource} of the nodes: ${words.join(", ")}`];
}

function taints({ observation }: PodView): string[] {
  const words = (observation.nodes ?? []).flatMap(({ metadata, spec }) =>
    (spec?.taints ?? []).map(({ key, value, effect }) => `${metadata?.name} ${key}=${value ?? ""}:${effect}`),
  );
  return words.length === 0 ? [] : [`taints: ${words.slice(0, 5).join(", ")}`];
}
