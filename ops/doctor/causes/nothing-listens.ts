import { failingProbes, wasRedirected } from "../facts/failingProbe.ts";
import { heardPorts } from "../facts/listeningPorts.ts";
import { lastLines } from "../facts/logFacts.ts";
import { checkPortInstead } from "../fixes/changeProbe.ts";
import { run } from "../fixes/changeOwner.ts";
import { readLog, showEndpoints } from "../fixes/lookFurther.ts";
import { podCause } from "./cause.ts";

const waits =
  /\b(?:wait(?:s|ing)? (?:for|until|on)|retry(?:ing)?|still (?:not|no)|not (?:yet )?(?:available|reachable|ready)|cannot (?:connect|reach)|connecting to|connection (?:to|refused)|ECONNREFUSED|ENOTFOUND|migrat(?:ing|ion)|loading|starting|initiali[sz]ing)\b/i;

export const nothingListens = podCause({
  code: "nothing-listens",
  stage: "ready",
  recovery: "possible",
  proof: (pod) =>
    failingProbes(pod).find(
      (failing) =>
        ["refused", "unreachable"].includes(failing.report.answer) && !failing.kills && !wasRedirected(failing),
    ),
  claim: (pod, failing) => {
    const { container, probe, evidence } = failing;
    const declared = (container.spec.ports ?? []).map(({ containerPort }) => containerPort).join(", ");
    const [last] = container.currentLog.lines.slice(-1);
    const waiting = last !== undefined && waits.test(last.text) ? last.text.trim() : undefined;
    // A Service named in the line: the process may be waiting for it.
    const service = pod.observation.services?.find(({ metadata }) =>
      waiting?.split(/[^\w-]+/).includes(metadata?.name ?? "-"),
    );
    const heard = heardPorts(container);
    return {
      title:
        waiting === undefined
          ? `Nothing listens on port ${probe.port ?? "of the probe"} of the pod`
          : `The process does not listen on port ${probe.port} yet: it says "${waiting.slice(0, 140)}"`,
      container: container.name,
      evidence: [
        ...evidence,
        `the container declares ${declared === "" ? "no port" : `port ${declared}`}; ${heard.length === 0 ? "the log does not say where the process listens" : `it says ${heard.map(({ port, purpose }) => `${port}${purpose === undefined ? "" : ` (${purpose})`}`).join(", ")}`}`,
        ...lastLines(container.currentLog, 3),
      ],
      mend: [
        readLog(pod, container, "Find out from its log what the process does and where it listens:"),
        ...(waiting === undefined
          ? []
          : service === undefined
            ? [run("See whether what it waits for exists:", `kubectl get services,pods --namespace ${pod.namespace}`)]
            : [
                showEndpoints(
                  pod.namespace,
                  service.metadata?.name,
                  "See whether the Service that it names has pods that are ready:",
                ),
              ]),
        ...(waiting === undefined && declared !== "" && !declared.includes(String(probe.port))
          ? checkPortInstead(
              pod,
              { ...failing, probe: { ...probe, port: container.spec.ports?.[0]?.containerPort ?? 0 } },
              "Or check the port that the container declares:",
            )
          : []),
        ...(waiting === undefined
          ? [
              {
                say: "If it listens on another port, correct the probe. If it listens only on 127.0.0.1, change that to 0.0.0.0.",
              },
            ]
          : []),
      ],
    };
  },
});
