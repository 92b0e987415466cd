import { failingProbes, wasRedirected } from "../facts/failingProbe.ts";
import { changeProbe, checkPortInstead } from "../fixes/changeProbe.ts";
import { podCause } from "./cause.ts";

export const probeRedirected = podCause({
  code: "probe-redirected",
  stage: "ready",
  recovery: "impossible",
  over: [
    "probe-wrong-port",
    "nothing-listens",
    "probe-scheme-mismatch",
    "not-ready-by-itself",
    "probe-timeout",
    "liveness-kills-slow-start",
    "liveness-kills-busy-process",
    "cpu-throttled",
  ],
  proof: (pod) => failingProbes(pod).find(wasRedirected),
  claim: (pod, failing) => {
    const { probe, report, container, evidence } = failing;
    const { httpGet } = probe.spec;
    const to =
      report.answer === "redirects"
        ? "itself, repeatedly"
        : `${report.scheme ?? "http"}://${report.host ?? "?"}:${report.port ?? "?"}${report.path ?? ""}`;
    const path = httpGet?.path ?? "/";
    const headers = [...(httpGet?.httpHeaders ?? []), { name: "X-Forwarded-Proto", value: "https" }];
    const toHttps = report.scheme === "https" && httpGet?.scheme !== "HTTPS";
    return {
      title: `The process answers the ${probe.kind} probe's ${path} with a redirect to ${to}, ${report.answer === "plain-http" ? "which speaks no HTTPS" : "where the probe fails"}`,
      container: container.name,
      evidence: [
        ...evidence,
        `the probe asks ${httpGet?.scheme === "HTTPS" ? "https" : "http"} on port ${probe.port}; the request that failed went to ${to}`,
      ],
      mend: [
        { say: `Let the process answer ${path} itself: leave the paths of the probes out of its redirect to HTTPS.` },
        ...checkPortInstead(pod, failing, "Until it does, check only that its port is open:"),
        ...(toHttps
          ? changeProbe(
              pod,
              failing,
              "Or, if it trusts the header of a proxy in front of it, tell it that the request came by HTTPS:",
              { httpGet: { httpHeaders: headers } },
            )
          : []),
      ],
    };
  },
});
