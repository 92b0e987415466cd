import { pullSecretFault } from "../facts/pullSecretFault.ts";
import { quoted, run } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

export const pullSecretOtherNamespace = podCause({
  code: "pull-secret-other-namespace",
  stage: "pull",
  recovery: "impossible",
  proof: (pod) => {
    const fault = pullSecretFault(pod);
    return fault?.kind === "other-namespace" ? fault : undefined;
  },
  claim: ({ namespace }, { failure, name, look }) => ({
    title: `The pull secret "${name}" is in namespace "${look.elsewhere[0]}" instead of the pod's`,
    container: failure.container.name,
    evidence: [
      ...failure.evidence,
      `a pod can use only Secrets of its own namespace, "${namespace}"; "${name}" exists in: ${look.elsewhere.join(", ")}`,
    ],
    mend: [
      run(
        "Copy it. The pods pull at their next attempt:",
        `kubectl get secret ${name} --namespace ${look.elsewhere[0]} --output json | kubectl patch --local --filename - --patch ${quoted(JSON.stringify({ metadata: { namespace, resourceVersion: null, uid: null, ownerReferences: null } }))} --output json | kubectl create --namespace ${namespace} --filename -`,
      ),
    ],
  }),
});
