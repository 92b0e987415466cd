/** Pod placement: which nodes the pods may run on, and how the scheduler spreads them. */
import type { input } from "@pulumi/kubernetes/types/index.js";
import { labelKey, labelValue, objectNameProblem } from "@tarmac/validate/kubernetesNames";
import type { WorkloadSettings } from "./workloadArgs.ts";

const taint = new RegExp(
  `^(?<key>${labelKey})(?:=(?<value>${labelValue}))?:(?<effect>NoSchedule|PreferNoSchedule|NoExecute)$`,
);

/** Returns the problem with a taint to tolerate, or `undefined`. */
export function tolerationProblem(text: string): string | undefined {
  if (taint.test(text)) return undefined;
  return `"${text}" is not a taint: use KEY=VALUE:EFFECT or KEY:EFFECT with NoSchedule, PreferNoSchedule, or NoExecute, e.g. "kubernetes.azure.com/scalesetpriority=spot:NoSchedule"`;
}

/** Returns the problem with a PriorityClass, or `undefined`. */
export function priorityClassProblem(name: string): string | undefined {
  const problem = objectNameProblem(name);
  if (problem !== undefined || !name.startsWith("system-")) return problem;
  return `"${name}" is for the pods of the cluster itself: outside of kube-system, clusters refuse it, or the service would push out the cluster's DNS where a node is full: use a PriorityClass of your own, e.g. "high"`;
}

function toleration(text: string): input.core.v1.Toleration {
  const { key, value, effect } = taint.exec(text)?.groups ?? {};
  return value === undefined ? { key, operator: "Exists", effect } : { key, operator: "Equal", value, effect };
}

/** Returns the part of the pod's spec that the scheduler reads. */
export function placement(
  s: Pick<WorkloadSettings, "zoneSpread" | "nodeSelector" | "tolerations" | "priorityClass">,
  selector: Record<string, string>,
): Partial<input.core.v1.PodSpec> {
  return {
    ...(Object.keys(s.nodeSelector).length > 0 && { nodeSelector: s.nodeSelector }),
    ...(s.tolerations.length > 0 && { tolerations: s.tolerations.map(toleration) }),
    ...(s.priorityClass !== undefined && { priorityClassName: s.priorityClass }),
    // Spreading over nodes is always soft, and over zones soft unless "required". If only one node or zone has room,
    // all pods still run there.
    topologySpreadConstraints: [
      ["topology.kubernetes.io/zone", s.zoneSpread === "required"] as const,
      ["kubernetes.io/hostname", false] as const,
    ].map(([topologyKey, required]) => ({
      maxSkew: 1,
      topologyKey,
      whenUnsatisfiable: required ? "DoNotSchedule" : "ScheduleAnyway",
      labelSelector: { matchLabels: selector },
      // During a rollout only the new pods count. Otherwise the old pods would push the new ones to one side.
      matchLabelKeys: ["pod-template-hash"],
    })),
    affinity: {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          {
            weight: 100,
            podAffinityTerm: { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: selector } },
          },
        ],
      },
    },
  };
}
