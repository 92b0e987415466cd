import { type FailingProbe, failingProbes } from "../facts/failingProbe.ts";
import { changeProbe, checkPortInstead } from "../fixes/changeProbe.ts";
import { podCause } from "./cause.ts";

export const probeSchemeMismatch = podCause({
  code: "probe-scheme-mismatch",
  stage: "ready",
  recovery: "impossible",
  over: [
    "probe-wrong-path",
    "probe-host-refused",
    "not-ready-by-itself",
    "liveness-kills-slow-start",
    "liveness-kills-busy-process",
    "liveness-check-fails",
    "nothing-listens",
    "probe-timeout",
  ],
  proof: (pod) => {
    for (const failing of failingProbes(pod)) {
      const { httpGet } = failing.probe.spec;
      if (failing.report.answer === "not-grpc") return { ...failing, speaks: "no gRPC" as const };
      if (httpGet === undefined) continue;
      if (httpGet.scheme === "HTTPS" && failing.report.answer === "plain-http")
        return { ...failing, speaks: "HTTP" as const };
      if (httpGet.scheme !== "HTTPS" && speaksTls(failing)) return { ...failing, speaks: "HTTPS" as const };
    }
    return undefined;
  },
  claim: (pod, failing) =>
    failing.speaks === "no gRPC"
      ? {
          title: `The ${failing.probe.kind} probe asks port ${failing.probe.port} by gRPC, and the process does not speak gRPC there`,
          container: failing.container.name,
          evidence: [
            ...failing.evidence,
            `port ${failing.probe.port} of the pod is open: the API server got an answer from it`,
          ],
          mend: [
            ...checkPortInstead(pod, failing, "Check that the port is open:"),
            {
              say: "Or ask by httpGet a path that the process answers with 200. If it does speak gRPC on another port, correct the port.",
            },
          ],
        }
      : {
          title: `The ${failing.probe.kind} probe asks port ${failing.probe.port} by ${failing.speaks === "HTTP" ? "HTTPS" : "HTTP"}, and the process speaks ${failing.speaks} there`,
          container: failing.container.name,
          evidence: failing.evidence,
          mend: changeProbe(pod, failing, `Ask by ${failing.speaks}:`, { httpGet: { scheme: failing.speaks } }),
        },
});

/** Whether the port expects TLS: the server says so, or closes the connection on a port whose name implies TLS. */
function speaksTls({ report, probe, container }: FailingProbe): boolean {
  if (report.answer === "tls") return true;
  if (!(report.answer === "closed" || (report.answer === "status" && report.status === 400))) return false;
  const said = container.log.lines.some(({ text }) =>
    /HTTP request (?:was sent )?to (?:an )?HTTPS|(?:listening|running|server)\b.*https:\/\/\S*:\d+/i.test(text),
  );
  const named =
    probe.port === 443 ||
    probe.port === 8443 ||
    container.spec.ports?.some(
      ({ name, containerPort }) => containerPort === probe.port && /^https/.test(name ?? ""),
    ) === true;
  return said || named;
}
