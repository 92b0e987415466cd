import { eachContainer } from "../kubernetes/podSpecs.ts";
import type { Outcome } from "../outcome.ts";
import type { PodRule } from "../rule.ts";
import { notKnown, step, type Spot, type Value } from "../propertyValues.ts";

export const probesDistinct: PodRule = {
  on: "pods",
  id: "probes-distinct",
  title: "Liveness and readiness probes differ",
  reason:
    "a pod that is busy, drains, or waits for a database is not ready; with the same probe for both, the kubelet also restarts it, and all other pods at the same time",
  fix: "use a liveness probe that fails only when a restart would help (e.g. /healthz), and a readiness probe that fails whenever the pod should get no requests (e.g. /ready)",
  reference: "https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/",
  severity: "medium",
  level: "mandatory",
  check: (pod) =>
    eachContainer(pod, ({ spot, called }): Outcome[] => {
      const [liveness, readiness] = [question(step(spot, "livenessProbe")), question(step(spot, "readinessProbe"))];
      if (liveness === "none" || readiness === "none") return [];
      const { path } = step(spot, "readinessProbe");
      if (liveness === "not known" || readiness === "not known") return [{ path, undecided: true }];
      return liveness.asks !== readiness.asks
        ? []
        : [{ path, problem: `${called}: readiness and liveness both use ${liveness.asks}` }];
    }),
};

/** Returns what a probe requests, as one string without times and thresholds. */
function question(probe: Spot): { asks: string } | "none" | "not known" {
  if (probe.value === notKnown) return "not known";
  for (const handler of ["httpGet", "tcpSocket", "grpc", "exec"]) {
    const { path, value } = step(probe, handler);
    if (value === undefined) continue;
    const parts = handler === "exec" ? ["command"] : ["host", "port", "path", "service"];
    const asked = parts.map((part) => step({ path, value }, part).value);
    if (asked.some(hasUnknown)) return "not known";
    return {
      asks: [handler, ...asked.filter((part) => part !== undefined).map((part) => JSON.stringify(part))].join(" "),
    };
  }
  return "none";
}

const hasUnknown = (value: Value): boolean =>
  value === notKnown || (Array.isArray(value) && value.some((element: Value) => hasUnknown(element)));
