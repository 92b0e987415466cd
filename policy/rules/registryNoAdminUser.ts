import { isRegistry } from "../azure/azureTypes.ts";
import { judge } from "../outcome.ts";
import type { ResourceRule } from "../rule.ts";
import { isOff, step } from "../propertyValues.ts";

export const registryNoAdminUser: ResourceRule = {
  on: "resources",
  id: "registry-no-admin-user",
  title: "A container registry has no admin user",
  reason:
    "everyone shares its password, which allows pushing and deleting everything, identifies nobody in the logs, and never expires",
  fix: "set adminUserEnabled: false and sign in with Entra: AcrPush for builds, AcrPull for nodes",
  reference: "https://learn.microsoft.com/azure/container-registry/container-registry-authentication#admin-account",
  azurePolicy: "Container registries should have local admin account disabled",
  severity: "critical",
  level: "mandatory",
  types: isRegistry,
  check: (registry) => judge(step(registry, "adminUserEnabled"), isOff, () => "the registry's admin user is on"),
};
