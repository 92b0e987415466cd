import { changedBy, quoted, run } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

export const schedulingGated = podCause({
  code: "scheduling-gated",
  stage: "place",
  recovery: "possible",
  proof: ({ pod }) => {
    const gated = pod.status?.conditions?.find(
      ({ type, reason }) => type === "PodScheduled" && reason === "SchedulingGated",
    );
    const gates = (pod.spec?.schedulingGates ?? []).map(({ name }) => name);
    return gated === undefined || gates.length === 0 ? undefined : { gates, said: gated.message ?? "" };
  },
  claim: (pod, { gates, said }) => ({
    title: `The scheduling gate ${gates.map((name) => `"${name}"`).join(", ")} keeps the pod from being scheduled`,
    evidence: [`pod/${pod.podName}: SchedulingGated: ${said}`, `schedulingGates: ${gates.join(", ")}`],
    mend: [
      {
        say: `Whatever set the gate (a queue such as Kueue, an operator, a person) removes it once its condition holds. Look there first, under its name: ${gates.join(", ")}.`,
      },
      run(
        "To schedule this pod without it:",
        `kubectl patch pod ${pod.podName} --namespace ${pod.namespace} --type json --patch ${quoted(JSON.stringify([{ op: "remove", path: "/spec/schedulingGates" }]))}`,
      ),
      ...(changedBy(pod).owner.kind === "Pod"
        ? []
        : [{ say: `Pods that ${pod.owner.ref} creates from now on have the gate as long as its template has it.` }]),
    ],
  }),
});
