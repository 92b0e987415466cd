import { lookOf, missingConfig } from "../facts/missingConfig.ts";
import { supplyKey } from "../fixes/supplyConfig.ts";
import { nearest } from "../nearest.ts";
import { podCause } from "./cause.ts";

export const secretKeyMissing = podCause({
  code: "secret-key-missing",
  stage: "config",
  recovery: "impossible",
  over: ["volume-not-mounted"],
  proof: (pod) => {
    const missing = missingConfig(pod);
    return missing?.kind !== "Secret" || missing.key === undefined ? undefined : { ...missing, key: missing.key };
  },
  contradiction: (pod, { name, key }) =>
    lookOf(pod, "Secret", name)?.keys.includes(key) === true ? "the key exists by now" : undefined,
  claim: (pod, missing) => {
    const keys = nearest(missing.key, lookOf(pod, "Secret", missing.name)?.keys ?? [], 5);
    return {
      title: `The Secret "${missing.name}" has no key "${missing.key}"`,
      ...(missing.container === undefined ? {} : { container: missing.container }),
      evidence: [...missing.evidence, ...(keys.length === 0 ? [] : [`existing keys: ${keys.join(", ")}`])],
      mend: supplyKey(pod, missing),
    };
  },
});
