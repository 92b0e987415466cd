import { failingProbes } from "../facts/failingProbe.ts";
import { changeProbe, checkPortInstead } from "../fixes/changeProbe.ts";
import { podCause } from "./cause.ts";

export const probeToolMissing = podCause({
  code: "probe-tool-missing",
  stage: "ready",
  recovery: "impossible",
  over: [
    "not-ready-by-itself",
    "liveness-check-fails",
    "liveness-kills-busy-process",
    "liveness-kills-slow-start",
    "probe-timeout",
  ],
  proof: (pod) => failingProbes(pod).find(({ report }) => report.answer === "exec-missing"),
  claim: (pod, failing) => {
    const { container, probe, report, evidence } = failing;
    const command = (probe.spec.exec?.command ?? []).join(" ");
    // A request to the pod's own address needs no tool: an HTTP or TCP probe can make it.
    const [, scheme = "http", port, path = "/"] =
      /\b(https?):\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?::(\d+))?(\/[^\s"'|;&]*)?/.exec(command) ?? [];
    const number = port === undefined ? (scheme === "https" ? 443 : 80) : Number(port);
    const asks = /https?:\/\//.test(command);
    const instead = asks
      ? changeProbe(pod, failing, "Let the kubelet ask itself, which needs no program in the image:", {
          exec: null,
          httpGet: { path, port: number, ...(scheme === "https" ? { scheme: "HTTPS" } : {}) },
        })
      : checkPortInstead(pod, failing, "Check that the port is open, which needs no program in the image:");
    return {
      title: `The ${probe.kind} probe runs "${report.program}", which is not in the image`,
      container: container.name,
      evidence,
      mend: [
        ...instead,
        {
          say: `${instead.length === 0 ? "Use" : "Or use"} a program that the image has, or install "${report.program}" in it.`,
        },
      ],
    };
  },
});
