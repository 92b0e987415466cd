import { refusedBy } from "../facts/refusedOwner.ts";
import { changedOwner, changePod, run } from "../fixes/changeOwner.ts";
import { saferPod } from "../fixes/saferPod.ts";
import { ownerCause } from "./cause.ts";

export const podSecurityRefused = ownerCause({
  code: "pod-security-refused",
  stage: "place",
  recovery: "impossible",
  proof: (owner) => refusedBy(owner, "pod-security"),
  claim: (owner, { level = "", detail = "", evidence, ref }) => {
    const patch = saferPod(owner.template?.spec, level.split(":")[0] ?? level);
    return {
      title: `Pod Security "${level}" in namespace "${owner.namespace}" rejects the pods of ${owner.ref}: ${detail.slice(0, 200)}`,
      affected: [ref],
      evidence,
      mend: [
        ...changePod(changedOwner(owner), "Take what it refuses out of the pod:", patch),
        run("Show what the namespace enforces:", `kubectl get namespace ${owner.namespace} --show-labels`),
        { say: "If the pods really need it, run them in a namespace of their own with a lower level." },
      ],
    };
  },
});
