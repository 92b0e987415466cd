import { quoteEvent } from "../facts/eventFacts.ts";
import { lastLines } from "../facts/logFacts.ts";
import { nameOf, type PodFacts } from "../facts/podFacts.ts";
import { describePod } from "../fixes/lookFurther.ts";
import { podCause } from "./cause.ts";

/** The fallback without a proved cause: the symptom as Kubernetes reports it, with its evidence. */
export const notDiagnosed = podCause({
  code: "not-diagnosed",
  stage: "open",
  recovery: "possible",
  proof: (pod) => symptomOf(pod),
  claim: (pod, symptom) => ({
    title: `${symptom} (no known cause explains it)`,
    evidence: [
      ...states(pod),
      ...conditions(pod),
      ...pod.events.slice(0, 5).map(quoteEvent),
      ...pod.containers.flatMap(({ log }) => lastLines(log, 2)),
    ],
    mend: [describePod(pod)],
  }),
});

function symptomOf({ pod, containers, events }: PodFacts): string {
  const waiting = containers.find(
    (container) =>
      container.waiting !== undefined && !["PodInitializing", "ContainerCreating"].includes(container.waiting.reason),
  );
  if (waiting?.waiting !== undefined)
    return `Container "${waiting.name}" waits: ${waiting.waiting.reason}${waiting.waiting.message === "" ? "" : `: ${waiting.waiting.message.replace(/\s+/g, " ").slice(0, 200)}`}`;
  const warning = events.find(
    ({ type, reason }) => type === "Warning" || /Failed|Unhealthy|BackOff/.test(reason ?? ""),
  );
  if (warning !== undefined) return `${warning.reason}: ${(warning.message ?? "").replace(/\s+/g, " ").slice(0, 200)}`;
  const condition = pod.status?.conditions?.find(({ status, message = "" }) => status !== "True" && message !== "");
  const { phase = "unknown", reason, message } = pod.status ?? {};
  if (reason !== undefined)
    return `The pod is ${phase}: ${reason}${message === undefined ? "" : `: ${message.slice(0, 200)}`}`;
  return condition === undefined ? `The pod fails in phase ${phase}` : `The pod is ${phase}: ${condition.message}`;
}

const states = (pod: PodFacts): string[] =>
  pod.containers.map((container) => {
    const { state = {}, restartCount = 0 } = container.status ?? {};
    const words = Object.entries(state).map(
      ([kind, detail]) => `${kind} ${JSON.stringify(detail ?? {}).slice(0, 300)}`,
    );
    return `${nameOf(pod, container)}: ${words.join(", ") || "no state yet"}, ${restartCount} restarts`;
  });

const conditions = ({ pod }: PodFacts): string[] =>
  (pod.status?.conditions ?? [])
    .filter(({ status }) => status !== "True")
    .map(({ type, status, reason = "", message = "" }) =>
      `condition ${type} is ${status}: ${reason} ${message}`.trim(),
    );
