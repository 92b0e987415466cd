import { missingConfig, namesOf } from "../facts/missingConfig.ts";
import { supplyObject } from "../fixes/supplyConfig.ts";
import { nearest } from "../nearest.ts";
import { podCause } from "./cause.ts";

export const secretMissing = podCause({
  code: "secret-missing",
  stage: "config",
  recovery: "impossible",
  over: ["volume-not-mounted"],
  proof: (pod) => {
    const missing = missingConfig(pod);
    return missing?.kind === "Secret" && missing.key === undefined ? missing : undefined;
  },
  contradiction: ({ observation }, { name }) =>
    observation.secrets[name]?.exists === true ? "it exists by now" : undefined,
  claim: (pod, missing) => {
    const existing = nearest(missing.name, namesOf(pod, "Secret"), 5);
    return {
      title: `The Secret "${missing.name}" does not exist in namespace "${pod.namespace}"`,
      ...(missing.container === undefined ? {} : { container: missing.container }),
      evidence: [
        ...missing.evidence,
        ...(existing.length === 0 ? [] : [`existing Secrets, the most similar first: ${existing.join(", ")}`]),
      ],
      mend: supplyObject(pod, missing),
    };
  },
});
