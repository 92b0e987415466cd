import { isRegistry } from "../azure/azureTypes.ts";
import { judge } from "../outcome.ts";
import type { ResourceRule } from "../rule.ts";
import { isOff, step } from "../propertyValues.ts";

export const registryNoAnonymousPull: ResourceRule = {
  on: "resources",
  id: "registry-no-anonymous-pull",
  title: "A container registry gives nothing to who has not signed in",
  reason: "everybody on the internet can pull all of its images, and with them whatever was ever left in a layer",
  mend: "set anonymousPullEnabled: false; what is meant for the public goes to a registry of its own",
  reference: "https://learn.microsoft.com/azure/container-registry/anonymous-pull-access",
  azurePolicy: "Container registries should have anonymous authentication disabled",
  severity: "critical",
  level: "mandatory",
  types: isRegistry,
  check: (registry) =>
    judge(step(registry, "anonymousPullEnabled"), isOff, () => "the registry can be pulled from without signing in"),
};
