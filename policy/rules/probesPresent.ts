import { eachContainer } from "../kubernetes/podSpecs.ts";
import { judge } from "../outcome.ts";
import type { PodRule } from "../rule.ts";
import { shown, step } from "../propertyValues.ts";

export const probesPresent: PodRule = {
  on: "pods",
  id: "probes-present",
  title: "Containers of a service have a liveness and a readiness probe",
  reason:
    "without a readiness probe, a pod gets requests before it can answer, and a rollout of a broken version succeeds; without a liveness probe, a hanging process is never restarted",
  fix: "add livenessProbe and readinessProbe to the container, each with its own endpoint",
  reference: "https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/",
  azurePolicy: "Ensure cluster containers have readiness or liveness probes configured",
  severity: "medium",
  level: "mandatory",
  check: (pod) => {
    if (pod.lifetime === "job") return [];
    return eachContainer(pod, ({ spot, called, role }) => {
      // Init containers exit, and sidecars and ephemeral containers get no requests.
      if (role !== "main") return [];
      return (["livenessProbe", "readinessProbe"] as const).flatMap((probe) =>
        judge(
          step(spot, probe),
          (value) => typeof value === "object" && value !== null && Object.keys(value).length > 0,
          (value) => `${called}: ${probe} is ${shown(value)}`,
        ),
      );
    });
  },
};
