import { matches } from "../exceptions.ts";
import { splitImageReference } from "@tarmac/validate/imageReference";
import { eachContainer } from "../kubernetes/podSpecs.ts";
import { judge } from "../outcome.ts";
import type { PodRule } from "../rule.ts";
import { step, type Known } from "../propertyValues.ts";

interface Settings {
  /** Registries, optionally with a path prefix, e.g. "*.azurecr.io" or "mcr.microsoft.com/oss". */
  registries: readonly string[];
}

export const imageRegistry: PodRule<Settings> = {
  on: "pods",
  id: "image-registry",
  title: "Images come from an allowed registry",
  reason:
    "nobody has checked an image from elsewhere, it may be withdrawn or rate limited at any time, and an image without a host comes from a public registry",
  fix: "push a copy to your own registry and use that, with its host; or add the registry to the rule's setting `registries`",
  reference: "https://learn.microsoft.com/azure/aks/best-practices-app-cluster-reliability",
  azurePolicy: "Kubernetes cluster containers should only use allowed images",
  severity: "high",
  level: "mandatory",
  settings: {
    registries: {
      type: "array",
      items: { type: "string", minLength: 1 },
      default: ["*.azurecr.io", "mcr.microsoft.com"],
      description: 'Registries that images may come from, optionally with the start of a path; "*" matches any text.',
    },
  },
  check: (pod, { registries }) =>
    eachContainer(pod, ({ spot, called }) =>
      judge(
        step(spot, "image"),
        (image) => problemOf(image, registries) === undefined,
        (image) => `${called} ${problemOf(image, registries)}`,
      ),
    ),
};

function problemOf(image: Known, registries: readonly string[]): string | undefined {
  if (typeof image !== "string" || image === "") return "names no image";
  const { host, path } = splitImageReference(image);
  if (host === undefined) return `runs the image "${image}", which names no registry`;
  const allowed = registries.some((registry) => matches(registry, host) || matches(`${registry}/*`, `${host}/${path}`));
  return allowed ? undefined : `runs the image "${image}", whose registry is not one of ${registries.join(", ")}`;
}
