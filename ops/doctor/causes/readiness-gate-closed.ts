import { closedGates } from "../facts/podHealth.ts";
import { run } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

export const readinessGateClosed = podCause({
  code: "readiness-gate-closed",
  stage: "ready",
  recovery: "possible",
  proof: ({ pod }) => {
    const gates = closedGates(pod);
    return gates.length === 0 ? undefined : gates;
  },
  claim: (pod, gates) => {
    const conditions = (pod.pod.status?.conditions ?? []).filter(({ type }) => gates.includes(type));
    return {
      title: `The containers are ready; the readiness gate ${gates.map((name) => `"${name}"`).join(", ")} keeps the pod from being ready`,
      evidence: [
        `readinessGates: ${gates.join(", ")}`,
        ...(conditions.length === 0
          ? ["nobody has set a condition of that type yet"]
          : conditions.map(({ type, status, reason = "", message = "" }) =>
              `condition ${type} is ${status}: ${reason} ${message}`.trim(),
            )),
      ],
      mend: [
        {
          say: `Whatever owns the gate (an ingress controller, a mesh, an operator) sets this condition in the pod's status: see whether it runs, and what it says about the pod.`,
        },
        run(
          "Show the pod's conditions:",
          `kubectl get pod ${pod.podName} --namespace ${pod.namespace} --output jsonpath='{.status.conditions}'`,
        ),
        {
          say: `If nothing of that name is installed, leave readinessGates out of the pod template of ${pod.owner.ref}.`,
        },
      ],
    };
  },
});
