/** There are nodes, and none of them suits the pod. */
import type { Diagnosis, Step } from "../finding.ts";
import { unschedulable } from "../health.ts";
import { amount, gibibytes, millicores } from "../quantity.ts";
import { edit, inNamespace, resources } from "../remedy.ts";
import { findEvent, quoteEvent, type Subject } from "../subject.ts";
import { candidates } from "../suitability.ts";

export function placement(subject: Subject): Diagnosis | undefined {
  const said = unschedulable(subject.pod);
  if (said === undefined) return undefined;
  const scaleUp = findEvent(subject, ["NotTriggerScaleUp", "FailedScaleUp"]);
  const evidence = [
    `scheduler, about pod/${subject.podName}: ${said}`,
    ...(scaleUp === undefined ? [] : [quoteEvent(scaleUp)]),
  ];
  // Nodes can be added to what the cloud allows: its refusal comes before what made more nodes necessary.
  if (scaleUp !== undefined && /quota/i.test(scaleUp.message ?? "")) {
    return {
      code: "quota-exceeded",
      title: "The subscription's quota allows no further node",
      evidence,
      mend: [
        {
          say: "See the quota, and ask for more of it in the portal (Quotas):",
          command: "az vm list-usage --location REGION --output table",
        },
      ],
    };
  }
  if (/PersistentVolumeClaim|volume node affinity|unbound immediate/i.test(said)) {
    return {
      code: "volume-not-bound",
      title: "A volume the pod needs is not there",
      evidence,
      mend: [
        {
          say: "See what the claim waits for:",
          command: `kubectl describe persistentvolumeclaims ${inNamespace(subject)}`,
        },
      ],
    };
  }
  for (const resource of ["cpu", "memory"] as const) {
    if (!new RegExp(`Insufficient ${resource}`, "i").test(said)) continue;
    return { ...insufficient(subject, resource), evidence: [...evidence, ...room(subject, resource)] };
  }
  if (/Too many pods/i.test(said)) {
    return {
      code: "too-many-pods",
      title: "The nodes hold as many pods as they may",
      evidence: [...evidence, ...room(subject, "pods")],
      mend: [addNodes],
    };
  }
  const suited = candidates(subject.pod, subject.observation.nodes ?? []);
  const taint = suited.map(({ obstacle }) => obstacle).find((obstacle) => obstacle?.kind === "taint");
  if (taint !== undefined || (suited.length === 0 && /untolerated taint \{/.test(said) && !/affinity/.test(said))) {
    const key = taint?.key ?? /untolerated taint \{([^:}]+)/.exec(said)?.[1] ?? "";
    return {
      code: "taint-not-tolerated",
      title: `The nodes are kept for others by the taint "${key}", which the pod does not tolerate`,
      evidence: [...evidence, ...taints(subject)],
      mend: [
        edit(
          subject,
          "If the pod belongs there, give it the toleration; else add a pool without the taint (tarmac: userPools).",
        ),
        { say: "If the taint is a leftover:", command: `kubectl taint nodes --all ${key}-` },
      ],
    };
  }
  if (/node affinity|node selector|topology spread|affinity rules/i.test(said)) {
    const wanted = JSON.stringify(subject.pod.spec?.nodeSelector ?? subject.pod.spec?.affinity ?? {});
    return {
      code: "node-selector-mismatch",
      title: "No node has the labels the pod asks for",
      evidence: [...evidence, `the pod asks for: ${wanted.slice(0, 400)}`],
      mend: [
        { say: "See which labels the nodes have:", command: "kubectl get nodes --show-labels" },
        edit(subject, "Correct nodeSelector or affinity, or add a pool with these labels."),
      ],
    };
  }
  return undefined;
}

const addNodes: Step = {
  say: "Or add nodes:",
  command: "az aks nodepool scale --resource-group GROUP --cluster-name CLUSTER --name POOL --node-count N",
};

function insufficient(subject: Subject, resource: "cpu" | "memory"): Omit<Diagnosis, "evidence"> {
  const [largest] = subject.containers
    .filter(({ init }) => !init)
    .map(({ name, spec }) => ({ name, value: amount(spec.resources?.requests?.[resource]) ?? 0 }))
    .sort((left, right) => right.value - left.value);
  const most = Math.max(0, ...allocatable(subject, resource));
  const write = resource === "cpu" ? millicores : gibibytes;
  return {
    code: resource === "cpu" ? "insufficient-cpu" : "insufficient-memory",
    title: `No node has ${write(largest?.value ?? 0)} of ${resource} left, which the pod asks for`,
    mend: [
      resources(subject, largest?.name ?? "CONTAINER", "requests", resource, most === 0 ? "AMOUNT" : write(most / 4)),
      addNodes,
      { say: "What is asked for on each node:", command: "kubectl describe nodes" },
    ],
  };
}

const allocatable = ({ observation }: Subject, resource: string): number[] =>
  (observation.nodes ?? []).map(({ status }) => amount(status?.allocatable?.[resource]) ?? 0);

function room(subject: Subject, resource: string): string[] {
  const nodes = candidates(subject.pod, subject.observation.nodes ?? []).flatMap(({ node, obstacle }) =>
    obstacle === undefined ? [node] : [],
  );
  if (nodes.length === 0) return [];
  const words = nodes
    .slice(0, 5)
    .map(({ metadata, status }) => `${metadata?.name} ${status?.allocatable?.[resource] ?? "?"}`);
  return [`nodes can give ${resource} in all: ${words.join(", ")}`];
}

function taints({ observation }: Subject): string[] {
  const words = (observation.nodes ?? []).flatMap(({ metadata, spec }) =>
    (spec?.taints ?? []).map(({ key, value, effect }) => `${metadata?.name} ${key}=${value ?? ""}:${effect}`),
  );
  return words.length === 0 ? [] : [`taints: ${words.slice(0, 5).join(", ")}`];
}
