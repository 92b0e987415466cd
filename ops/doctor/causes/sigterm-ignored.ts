import { stopTime } from "../facts/podHealth.ts";
import { nameOf } from "../facts/podFacts.ts";
import { changedBy, changePod, rebuild } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

export const sigtermIgnored = podCause({
  code: "sigterm-ignored",
  stage: "run",
  recovery: "possible",
  proof: (pod) => {
    if (pod.pod.metadata?.deletionTimestamp === undefined) return undefined;
    const containers = pod.containers.filter(({ role }) => role !== "init");
    const killed = containers.find(
      ({ status, end }) => status?.state?.terminated !== undefined && end?.exitCode === 137,
    );
    const container = killed ?? containers.find(({ runningSince }) => runningSince !== undefined);
    return container === undefined ? undefined : { container, killed: killed !== undefined, ...stopTime(pod) };
  },
  claim: (pod, { container, killed, elapsed, grace }) => ({
    title: `The process ignores SIGTERM${killed ? ` and was killed after its grace period of ${grace} s` : ""}`,
    container: container.name,
    evidence: [
      killed
        ? `${nameOf(pod, container)} ended: exit code 137 (SIGKILL) at the end of its grace period of ${grace} s`
        : `${nameOf(pod, container)} still runs ${Math.round(elapsed)} s after SIGTERM and will be killed after ${grace} s`,
      `pod/${pod.podName} is being deleted`,
    ],
    mend: [
      rebuild(
        changedBy(pod),
        'Handle SIGTERM, for which PID 1 has no default action. Start the process in exec form, ENTRYPOINT ["node", "main.js"], so that it gets the signal instead of a shell.',
      ),
      ...(pod.owner.kind === "Pod"
        ? []
        : changePod(
            changedBy(pod),
            "If the process only needs more time, extend the grace period.",
            { terminationGracePeriodSeconds: Math.max(60, grace * 2) },
            { key: "gracePeriodSeconds", value: String(Math.max(60, grace * 2)) },
          )),
    ],
  }),
});
