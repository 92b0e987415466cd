import { refusedBy } from "../facts/refusedOwner.ts";
import { changedOwner, changePodMetadata, run } from "../fixes/changeOwner.ts";
import { ownerCause } from "./cause.ts";

export const policyDenied = ownerCause({
  code: "policy-denied",
  stage: "place",
  recovery: "possible",
  over: ["admission-refused"],
  proof: (owner) => refusedBy(owner, "policy", "webhook-denied"),
  claim: (owner, { rule, name = "", detail = "", evidence, ref }) => {
    // The only requirement that can be met without knowing the policy's code: a label or annotation that it names.
    const wish = /\b(label|annotation)s?:?\s+["'`{]*([a-z0-9][\w./-]*)/i.exec(detail);
    const [, kind = "", key = ""] = wish ?? [];
    const wanted = key !== "" && !["is", "must", "and", "on", "with", "for", "to", "of"].includes(key.toLowerCase());
    const changed = changedOwner(owner);
    const field = /annotation/i.test(kind) ? "annotations" : "labels";
    return {
      title: `The ${rule === "policy" ? "policy (ValidatingAdmissionPolicy)" : "admission webhook"} "${name}" refuses the pods of ${owner.ref}: ${detail.replace(/\s+/g, " ").slice(0, 200)}`,
      affected: [ref],
      evidence,
      mend: [
        ...(wanted
          ? changePodMetadata(
              changed,
              `Add the ${kind.toLowerCase()} to the pod template, with the value that the policy's owner expects:`,
              { [field]: { [key]: "VALUE" } },
            )
          : [{ say: `Change the pod template of ${owner.ref} so that it meets what the message asks for.` }]),
        rule === "policy"
          ? run("Show the rule:", `kubectl get validatingadmissionpolicy ${name} --output yaml`)
          : run(
              "Show which policies the webhook belongs to:",
              "kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations",
            ),
      ],
    };
  },
});
