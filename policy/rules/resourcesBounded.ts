import { eachContainer } from "../kubernetes/podSpecs.ts";
import { judge } from "../outcome.ts";
import type { PodRule } from "../rule.ts";
import { shown, step } from "../propertyValues.ts";

interface Settings {
  requests: readonly string[];
  limits: readonly string[];
}

const named = { type: "array", items: { type: "string", minLength: 1 }, default: ["cpu", "memory"] } as const;

export const resourcesBounded: PodRule<Settings> = {
  on: "pods",
  id: "resources-bounded",
  title: "Containers have resource requests and limits",
  reason:
    "without a request, the scheduler places pods on nodes without room for them; without a limit, one pod can use all memory of a node, and other pods are killed",
  fix: "set resources.requests and resources.limits for cpu and memory; a missing request defaults to the limit",
  reference: "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
  azurePolicy: "Kubernetes cluster containers CPU and memory resource limits should not exceed the specified limits",
  severity: "medium",
  level: "mandatory",
  settings: {
    requests: { ...named, default: [...named.default], description: "Resources that need a request." },
    limits: { ...named, default: [...named.default], description: "Resources that need a limit." },
  },
  check: (pod, { requests, limits }) =>
    eachContainer(pod, ({ spot, called, role }) => {
      // Ephemeral containers use the pod's remaining resources: the API accepts no resources for them.
      if (role === "ephemeral") return [];
      const isSet = (value: unknown) => value !== undefined && value !== null && value !== "";
      const needed = (kind: "requests" | "limits", resource: string) => {
        const limit = step(spot, "resources", "limits", resource);
        const own = step(spot, "resources", kind, resource);
        // Without a request, Kubernetes uses the limit as the request.
        const effective = kind === "requests" && own.value === undefined && limit.value !== undefined ? limit : own;
        const word = kind === "requests" ? "request" : "limit";
        return judge(effective, isSet, (value) => `${called}: its ${word} of ${resource} is ${shown(value)}`);
      };
      return [
        ...requests.flatMap((resource) => needed("requests", resource)),
        ...limits.flatMap((resource) => needed("limits", resource)),
      ];
    }),
};
