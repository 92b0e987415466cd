import { isRegistry } from "../azure/azureTypes.ts";
import { judge } from "../outcome.ts";
import type { ResourceRule } from "../rule.ts";
import { isOff, step } from "../propertyValues.ts";

export const registryNoAnonymousPull: ResourceRule = {
  on: "resources",
  id: "registry-no-anonymous-pull",
  title: "A container registry allows no anonymous pulls",
  reason: "everyone on the internet can pull all of its images, including secrets left in a layer",
  fix: "set anonymousPullEnabled: false; push public images to a separate registry",
  reference: "https://learn.microsoft.com/azure/container-registry/anonymous-pull-access",
  azurePolicy: "Container registries should have anonymous authentication disabled",
  severity: "critical",
  level: "mandatory",
  types: isRegistry,
  check: (registry) =>
    judge(step(registry, "anonymousPullEnabled"), isOff, () => "the registry can be pulled from without signing in"),
};
