import { refusedBy } from "../facts/refusedOwner.ts";
import { run } from "../fixes/changeOwner.ts";
import { ownerCause } from "./cause.ts";

export const admissionRefused = ownerCause({
  code: "admission-refused",
  stage: "place",
  recovery: "possible",
  proof: (owner) => refusedBy(owner),
  claim: (owner, { said, detail, evidence, ref }) => ({
    title: `The API server refuses the pods of ${owner.ref}: ${(detail ?? said.replace(/^pods "[^"]*" is forbidden: /, "")).replace(/\s+/g, " ").slice(0, 200)}`,
    affected: [ref],
    evidence,
    mend: [
      { say: `The message names what it refuses. Change the pod template of ${owner.ref} accordingly.` },
      run(
        "Show the rules of the namespace:",
        `kubectl describe limitrange,resourcequota --namespace ${owner.namespace}`,
      ),
    ],
  }),
});
