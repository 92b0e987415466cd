/** Settings of pod placement. */
import { workloadDefaults, zoneSpreads, type WorkloadArgs } from "@tarmac/components/workload/workloadArgs";
import { priorityClassProblem, tolerationProblem } from "@tarmac/components/workload/podPlacement";
import { allowing, eachProblem } from "@tarmac/validate/valueCheck";
import { labelProblem } from "@tarmac/validate/kubernetesNames";
import { choice, list, map, optionalText } from "@tarmac/validate/settingDeclaration";
import { textsEach } from "./allowedValues.ts";
import type { ValuesOf } from "./readDeclared.ts";

export const placementSettings = {
  zoneSpread: choice(zoneSpreads, {
    default: workloadDefaults.zoneSpread,
    description: "How evenly pods spread over zones: preferred (if there is room) or required (a pod waits for room).",
  }),
  nodeSelector: map<string>({
    default: {},
    description:
      "Labels that a node needs to run the pods, e.g. {kubernetes.azure.com/agentpool: apps}. Default: any node.",
    problem: textsEach("strings by label", labelProblem),
  }),
  tolerations: list({
    default: [],
    description: "Node taints that the pods tolerate. Default: none.",
    problem: allowing("list of `KEY=VALUE:EFFECT`", (taints: string[]) => eachProblem(taints, tolerationProblem)),
  }),
  priorityClass: optionalText({
    description: "Existing PriorityClass of the pods. Default: the default of the cluster.",
    problem: priorityClassProblem,
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
