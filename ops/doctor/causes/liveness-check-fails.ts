import { failingProbes } from "../facts/failingProbe.ts";
import { lastLines } from "../facts/logFacts.ts";
import { quoted, run } from "../fixes/changeOwner.ts";
import { checkPortInstead } from "../fixes/changeProbe.ts";
import { readLog } from "../fixes/lookFurther.ts";
import { podCause } from "./cause.ts";

export const livenessCheckFails = podCause({
  code: "liveness-check-fails",
  stage: "run",
  recovery: "possible",
  over: [
    "application-error",
    "exits-by-itself",
    "process-crashed",
    "liveness-kills-busy-process",
    "liveness-kills-slow-start",
    "not-ready-by-itself",
    "nothing-listens",
  ],
  proof: (pod) =>
    failingProbes(pod).find(
      ({ kills, report, probe }) =>
        kills &&
        (probe.kind === "liveness" ||
          (probe.kind === "startup" && report.answer === "status" && report.status !== 503)) &&
        ["status", "exec-failed", "grpc-not-serving"].includes(report.answer),
    ),
  claim: (pod, failing) => {
    const { probe, report, container, evidence } = failing;
    const command = probe.spec.exec?.command ?? [];
    const output = report.output?.replace(/\s+/g, " ").trim() ?? "";
    return {
      title:
        report.answer === "status"
          ? `The container is killed because it answers the ${probe.kind} probe's ${probe.spec.httpGet?.path ?? "/"} with ${report.status}`
          : report.answer === "exec-failed"
            ? `The container is killed because the command of its liveness probe fails ("${command.join(" ").slice(0, 100)}")${output === "" ? "" : `: ${output.slice(0, 120)}`}`
            : "The container is killed because it reports by gRPC that it is not serving",
      container: container.name,
      evidence: [...evidence, ...lastLines(container.log, 3)],
      mend: [
        readLog(pod, container, "Find out why from its log:"),
        ...(command.length === 0
          ? []
          : [
              run(
                "Run the command by hand to see what it tests:",
                `kubectl exec ${pod.podName} --namespace ${pod.namespace} --container ${container.name} -- ${command.map(quoted).join(" ")}`,
              ),
            ]),
        ...checkPortInstead(
          pod,
          failing,
          "Let liveness test only whether the process lives, and nothing that a restart does not fix, such as a database. For instance that its port is open:",
        ),
      ],
    };
  },
});
