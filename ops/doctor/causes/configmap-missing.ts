import { missingConfig, namesOf } from "../facts/missingConfig.ts";
import { supplyObject } from "../fixes/supplyConfig.ts";
import { nearest } from "../nearest.ts";
import { podCause } from "./cause.ts";

export const configmapMissing = podCause({
  code: "configmap-missing",
  stage: "config",
  recovery: "impossible",
  over: ["volume-not-mounted"],
  proof: (pod) => {
    const missing = missingConfig(pod);
    return missing?.kind === "ConfigMap" && missing.key === undefined ? missing : undefined;
  },
  contradiction: ({ observation }, { name }) =>
    observation.configMaps[name]?.exists === true ? "it exists by now" : undefined,
  claim: (pod, missing) => {
    const existing = nearest(missing.name, namesOf(pod, "ConfigMap"), 5);
    return {
      title: `The ConfigMap "${missing.name}" does not exist in namespace "${pod.namespace}"`,
      ...(missing.container === undefined ? {} : { container: missing.container }),
      evidence: [
        ...missing.evidence,
        ...(existing.length === 0 ? [] : [`existing ConfigMaps, the most similar first: ${existing.join(", ")}`]),
      ],
      mend: supplyObject(pod, missing),
    };
  },
});
