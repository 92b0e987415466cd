import { refusedBy } from "../facts/refusedOwner.ts";
import { closeEnough } from "../nearest.ts";
import { changedOwner, changePod, run } from "../fixes/changeOwner.ts";
import { ownerCause } from "./cause.ts";

export const priorityClassMissing = ownerCause({
  code: "priority-class-missing",
  stage: "place",
  recovery: "impossible",
  over: ["admission-refused"],
  proof: (owner) => refusedBy(owner, "priority-class"),
  contradiction: ({ observation }, { name = "" }) =>
    observation.rules?.priorityClasses?.includes(name) === true ? "the PriorityClass exists by now" : undefined,
  claim: (owner, { name = "", evidence, ref }) => {
    const own = (owner.observation.rules?.priorityClasses ?? []).filter((one) => !one.startsWith("system-"));
    const meant = closeEnough(name, own);
    return {
      title: `The PriorityClass "${name}" does not exist`,
      affected: [ref],
      evidence: [
        ...evidence,
        `existing PriorityClasses: ${(owner.observation.rules?.priorityClasses ?? []).join(", ") || "unknown"}`,
      ],
      mend: [
        ...changePod(
          changedOwner(owner),
          meant === undefined ? "Run the pods with the default priority:" : "Correct the name:",
          { priorityClassName: meant ?? null, priority: null },
        ),
        run(
          "Or create it (0 is the priority of pods without a class):",
          `kubectl create priorityclass ${name} --value 1000`,
        ),
      ],
    };
  },
});
