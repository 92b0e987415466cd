import { failingProbes } from "../facts/failingProbe.ts";
import { lastLines } from "../facts/logFacts.ts";
import { quoted, run } from "../fixes/changeOwner.ts";
import { readLog } from "../fixes/lookFurther.ts";
import { podCause } from "./cause.ts";

export const notReadyByItself = podCause({
  code: "not-ready-by-itself",
  stage: "ready",
  recovery: "possible",
  proof: (pod) => failingProbes(pod).find(({ kills }) => !kills),
  claim: (pod, { probe, report, container, evidence }) => {
    const command = probe.spec.exec?.command ?? [];
    const output = report.output?.replace(/\s+/g, " ").trim() ?? "";
    const words: Partial<Record<typeof report.answer, string>> = {
      status: `The process reports that it is not ready (${report.status})`,
      "exec-failed": `The command of the ${probe.kind} probe fails${output === "" ? "" : `: ${output.slice(0, 160)}`}`,
      "exec-error": `The command of the ${probe.kind} probe cannot be run: ${output.slice(0, 160)}`,
      closed: `The process accepts the ${probe.kind} probe's connection and closes it without an answer`,
      "grpc-unimplemented": `The process speaks gRPC, but does not implement the health service that the ${probe.kind} probe asks`,
      "grpc-not-serving": `The process reports by gRPC that it is not serving`,
      "no-host": `The host of the ${probe.kind} probe, "${report.host}", has no address`,
    };
    return {
      title: words[report.answer] ?? `The process fails its ${probe.kind} probe: ${output.slice(0, 160)}`,
      container: container.name,
      evidence: [...evidence, ...lastLines(container.currentLog, 3)],
      mend: [
        readLog(pod, container, "Find out from its log what it is waiting for:"),
        ...(command.length === 0
          ? []
          : [
              run(
                "Or run the command of the probe by hand:",
                `kubectl exec ${pod.podName} --namespace ${pod.namespace} --container ${container.name} -- ${command.map(quoted).join(" ")}`,
              ),
            ]),
      ],
    };
  },
});
