/** Settings of where the pods run. */
import { workloadDefaults, zoneSpreads, type WorkloadArgs } from "@tarmac/components/workload/workloadArgs";
import { tolerationProblem } from "@tarmac/components/workload/podPlacement";
import { allowing, firstProblem } from "@tarmac/validate/valueCheck";
import { labelProblem, objectNameProblem } from "@tarmac/validate/kubernetesNames";
import { choice, list, map, optionalText } from "@tarmac/validate/settingDeclaration";
import { textsEach } from "./allowedValues.ts";
import type { ValuesOf } from "./readDeclared.ts";

export const placementSettings = {
  zoneSpread: choice(zoneSpreads, {
    default: workloadDefaults.zoneSpread,
    description:
      "Are zones kept even? preferred: as far as there is room; required: a pod waits rather than make them uneven.",
  }),
  nodeSelector: map<string>({
    default: {},
    description:
      "Labels of the nodes that pods run on, e.g. {kubernetes.azure.com/agentpool: apps}. Default: any node.",
    problem: textsEach("texts by label", labelProblem),
  }),
  tolerations: list({
    default: [],
    description: "Taints of nodes that the pods put up with, as the pools have them. Default: none.",
    problem: allowing("list of `KEY=VALUE:EFFECT`", (taints: string[]) => firstProblem(taints, tolerationProblem)),
  }),
  priorityClass: optionalText({
    description: "PriorityClass of the pods, one that the cluster has. Default: the cluster's default.",
    problem: objectNameProblem,
  }),
};

/** The values of these settings. */
type Settings = ValuesOf<typeof placementSettings>;

export const placementArgs = (s: Settings): Pick<WorkloadArgs, keyof typeof placementSettings> => ({
  zoneSpread: s.zoneSpread,
  nodeSelector: s.nodeSelector,
  tolerations: s.tolerations,
  priorityClass: s.priorityClass,
});
