import { refusedBy } from "../facts/refusedOwner.ts";
import { closeEnough } from "../nearest.ts";
import { changedOwner, changePod, run } from "../fixes/changeOwner.ts";
import { ownerCause } from "./cause.ts";

export const serviceAccountMissing = ownerCause({
  code: "service-account-missing",
  stage: "place",
  recovery: "impossible",
  proof: (owner) => refusedBy(owner, "service-account"),
  contradiction: ({ observation }, { name = "" }) =>
    observation.rules?.serviceAccounts?.includes(name) === true ? "the ServiceAccount exists by now" : undefined,
  claim: (owner, { name = "", evidence, ref }) => {
    const changed = changedOwner(owner);
    const existing = owner.observation.rules?.serviceAccounts ?? [];
    const meant = closeEnough(
      name,
      existing.filter((one) => one !== "default"),
    );
    return {
      title: `The ServiceAccount "${name}" does not exist in namespace "${owner.namespace}"`,
      affected: [ref],
      evidence: [...evidence, ...(existing.length === 0 ? [] : [`existing ServiceAccounts: ${existing.join(", ")}`])],
      mend: [
        changed.stack === undefined
          ? run(
              "Create it. The pods are created at the next attempt:",
              `kubectl create serviceaccount ${name} --namespace ${owner.namespace}`,
            )
          : run("Let the stack create it again:", `pulumi up --refresh --stack ${changed.stack}`),
        ...(meant === undefined || changed.stack !== undefined
          ? []
          : changePod(changed, "Or use the one that exists:", { serviceAccountName: meant })),
      ],
    };
  },
});
