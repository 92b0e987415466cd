import { isRegistry } from "../azure/azureTypes.ts";
import { judge } from "../outcome.ts";
import type { ResourceRule } from "../rule.ts";
import { isOff, step } from "../propertyValues.ts";

export const registryNoAdminUser: ResourceRule = {
  on: "resources",
  id: "registry-no-admin-user",
  title: "A container registry has no admin user",
  reason:
    "its password is one for everybody, may push and delete everything, belongs to nobody in the logs and never ends by itself",
  mend: "set adminUserEnabled: false and sign in with Entra: AcrPush for who builds, AcrPull for the nodes",
  reference: "https://learn.microsoft.com/azure/container-registry/container-registry-authentication#admin-account",
  azurePolicy: "Container registries should have local admin account disabled",
  severity: "critical",
  level: "mandatory",
  types: isRegistry,
  check: (registry) => judge(step(registry, "adminUserEnabled"), isOff, () => "the registry's admin user is on"),
};
