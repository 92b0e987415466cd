import { lastLines } from "../facts/logFacts.ts";
import { endWords, nameOf } from "../facts/podFacts.ts";
import { podCause } from "./cause.ts";

export const exitsByItself = podCause({
  code: "exits-by-itself",
  stage: "run",
  recovery: 3,
  proof: ({ containers, pod }) =>
    (pod.spec?.restartPolicy ?? "Always") !== "Always"
      ? undefined
      : containers.find(({ role, end, refusal }) => role !== "init" && end?.exitCode === 0 && refusal === undefined),
  contradiction: (_, { probes, hook }) =>
    probes.some(({ kill }) => kill !== undefined) || hook?.hook === "postStart" ? "the kubelet stopped it" : undefined,
  claim: (pod, container) => ({
    title: `The process exits with code 0${Number.isFinite(container.end?.seconds) ? ` after ${Math.round(container.end?.seconds ?? 0)} s` : ""}, so Kubernetes keeps restarting it`,
    container: container.name,
    evidence: [`${nameOf(pod, container)} ${endWords(container)}`, ...lastLines(container.log, 3)],
    mend: [
      { say: "A service must stay in the foreground: run the server itself as the main process." },
      {
        say: `If it is meant to run once, use a Job instead of a ${pod.owner.kind === "Pod" ? "pod that is restarted (or restartPolicy: Never)" : pod.owner.kind}.`,
      },
    ],
  }),
});
