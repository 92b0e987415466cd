import { quoteEvent } from "../facts/eventFacts.ts";
import { changedOwner, run, runAgain } from "../fixes/changeOwner.ts";
import { ownerCause } from "./cause.ts";

/**
 * A Job that failed and whose pods are gone, or that exceeded its deadline: only its own conditions and events remain.
 */
export const jobFailed = ownerCause({
  code: "job-failed",
  stage: "run",
  recovery: "impossible",
  proof: (owner) =>
    owner.kind === "Job" && owner.health === "failing"
      ? owner.conditions.find(({ type, status }) => ["Failed", "FailureTarget"].includes(type) && status === "True")
      : undefined,
  claim: (owner, { reason, message }) => {
    const { activeDeadlineSeconds, backoffLimit, completions } = owner.job?.spec ?? {};
    const late = reason === "DeadlineExceeded";
    return {
      title: late
        ? `${owner.ref} was ended because it ran longer than activeDeadlineSeconds (${activeDeadlineSeconds} s)`
        : `${owner.ref} failed: ${message === "" ? reason : message}`,
      affected: [owner.ref],
      evidence: [
        `condition Failed: ${reason}: ${message}`,
        `${owner.job?.status?.failed ?? 0} pods failed, ${owner.job?.status?.succeeded ?? 0} of ${completions ?? 1} succeeded, backoffLimit ${backoffLimit ?? 6}`,
        ...owner.events.slice(0, 3).map(quoteEvent),
      ],
      mend: [
        ...(late
          ? [
              {
                say: `If it only needs more time, raise activeDeadlineSeconds above ${activeDeadlineSeconds}; otherwise its log says what it waited for.`,
              },
            ]
          : []),
        ...runAgain(
          changedOwner(owner),
          "A Job that failed does not start again. Create it again once the cause is fixed; then its log can be read while its pods exist:",
        ),
        run("Show its events:", `kubectl describe ${owner.ref} --namespace ${owner.namespace}`),
      ],
    };
  },
});
