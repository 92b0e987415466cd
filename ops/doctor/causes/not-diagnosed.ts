/** A failing pod that no known cause explains: its facts, as a starting point for a person. */
import type { Diagnosis } from "../finding.ts";
import { inNamespace } from "../remedy.ts";
import { nameOf, quoteEvent, type PodView } from "../podView.ts";

export function undiagnosed(view: PodView): Diagnosis {
  const { pod, podName, containers, events } = view;
  const states = containers.map((container) => {
    const { state = {}, restartCount = 0 } = container.status ?? {};
    const words = Object.entries(state).map(
      ([kind, detail]) => `${kind} ${JSON.stringify(detail ?? {}).slice(0, 300)}`,
    );
    return `${nameOf(view, container)}: ${words.join(", ") || "no state yet"}, ${restartCount} restarts`;
  });
  return {
    code: "not-diagnosed",
    title: `The pod fails (phase ${pod.status?.phase ?? "unknown"}), and no known cause explains it`,
    evidence: [...states, ...events.slice(0, 5).map(quoteEvent)],
    mend: [
      {
        say: "Show everything that Kubernetes knows about the pod:",
        command: `kubectl describe pod ${podName} ${inNamespace(view)}`,
      },
    ],
  };
}
