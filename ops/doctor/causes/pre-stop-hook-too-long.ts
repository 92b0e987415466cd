import { hookSeconds, stopTime } from "../facts/podHealth.ts";
import { nameOf } from "../facts/podFacts.ts";
import { changeContainer, changedBy, changePod } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

export const preStopHookTooLong = podCause({
  code: "pre-stop-hook-too-long",
  stage: "run",
  recovery: "possible",
  over: ["sigterm-ignored"],
  proof: (pod) => {
    if (pod.pod.metadata?.deletionTimestamp === undefined) return undefined;
    const { elapsed, grace } = stopTime(pod);
    const container = pod.containers.find(
      ({ role, spec, runningSince, end }) =>
        role !== "init" &&
        spec.lifecycle?.preStop !== undefined &&
        (runningSince !== undefined || end?.exitCode === 137),
    );
    return container === undefined ? undefined : { container, elapsed, grace };
  },
  claim: (pod, { container, elapsed, grace }) => {
    const { exec, httpGet, sleep } = container.spec.lifecycle?.preStop ?? {};
    const action =
      exec !== undefined
        ? (exec.command ?? []).join(" ")
        : sleep !== undefined
          ? `sleep of ${sleep.seconds} s`
          : `GET ${httpGet?.path ?? "/"}`;
    const asked = hookSeconds(container);
    const more = Math.max(grace * 2, asked + 30);
    return {
      title: `The preStop hook of container "${container.name}" (${action.slice(0, 80)}) takes longer than the grace period of ${grace} s, so the process is killed before SIGTERM reaches it`,
      container: container.name,
      evidence: [
        `${nameOf(pod, container)} ${container.runningSince === undefined ? "ended with exit code 137 (SIGKILL)" : `still runs ${Math.round(elapsed)} s after the deletion`}; grace period ${grace} s`,
        `lifecycle.preStop: ${JSON.stringify(container.spec.lifecycle?.preStop).slice(0, 200)}`,
        "the kubelet sends SIGTERM only after the hook has ended, and the grace period counts from the start of the hook",
      ],
      mend: [
        ...(pod.owner.kind === "Pod"
          ? [
              {
                say: `This pod is already terminating. For the next one, shorten the hook to a few seconds, or set terminationGracePeriodSeconds: ${more}.`,
              },
            ]
          : [
              ...changePod(
                changedBy(pod),
                "Give the hook enough time, for pods that are created from now on:",
                { terminationGracePeriodSeconds: more },
                { key: "gracePeriodSeconds", value: String(more) },
              ),
              ...changeContainer(
                changedBy(pod),
                container.name,
                "Or shorten the hook to the time that a load balancer needs to remove the pod:",
                { lifecycle: { preStop: { exec: null, httpGet: null, sleep: { seconds: 5 } } } },
              ),
            ]),
      ],
    };
  },
});
