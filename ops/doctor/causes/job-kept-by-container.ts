import { keptByContainer } from "../facts/keptByContainer.ts";
import type { ContainerFacts, PodFacts } from "../facts/podFacts.ts";
import { nameOf } from "../facts/podFacts.ts";
import { changedBy, changePod } from "../fixes/changeOwner.ts";
import { podCause, type Step } from "./cause.ts";

/**
 * A pod of a Job whose work is done in one container while another goes on running, so that the Job never completes:
 * https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#jobs-with-sidecar-containers
 */
export const jobKeptByContainer = podCause({
  code: "job-kept-by-container",
  stage: "run",
  recovery: "possible",
  over: ["not-ready-by-itself", "nothing-listens", "exits-by-itself"],
  proof: keptByContainer,
  claim: (pod, { done, others, seconds }) => {
    const names = others.map(({ name }) => `"${name}"`).join(", ");
    const ended = Math.round(seconds / 60);
    return {
      title: `The container "${done.name}" ended with 0 ${ended} min ago, and ${pod.owner.ref} does not complete while ${names} ${others.length === 1 ? "runs" : "run"}`,
      ...(others[0] === undefined ? {} : { container: others[0].name }),
      evidence: [
        `${nameOf(pod, done)} ended with exit code 0`,
        ...others.map((one) => `${nameOf(pod, one)} runs`),
        "a Job completes once every ordinary container of its pod has ended",
      ],
      mend: [
        ...others.flatMap((one) => asSidecar(pod, one)),
        {
          say: `Kubernetes ends sidecars once the ordinary containers have ended. A service mesh that injects ${names} has a setting for native sidecars.`,
        },
      ],
    };
  },
});

/** Moves the container to the init containers. One that an admission webhook injects is not in the template. */
function asSidecar(pod: PodFacts, { name }: ContainerFacts): Step[] {
  const spec = pod.owner.template?.spec?.containers.find((one) => one.name === name);
  if (spec === undefined) return [];
  return changePod(changedBy(pod), `Make "${name}" a sidecar, an init container that keeps running:`, {
    containers: [{ name, $patch: "delete" }],
    initContainers: [{ ...spec, restartPolicy: "Always" }],
  });
}
