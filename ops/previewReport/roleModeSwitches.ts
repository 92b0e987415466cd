/**
 * Finds registries whose role mode changes in the update that first grants the nodes the role of the new mode. Azure
 * changes the mode at once, and a role assignment takes minutes to propagate: until then, nobody pulls.
 */
import type { StepEventMetadata } from "@pulumi/pulumi/automation/events.js";
import { roles } from "@tarmac/components/azure/builtInRoles";
import { plainType } from "../pulumi/urn.ts";

const registryType = "azure-native:containerregistry:Registry";
const grantType = "azure-native:authorization:RoleAssignment";

/** The role that a registry demands of who pulls, by Azure's name of its mode. */
const pullRoles: Readonly<Record<string, string>> = {
  LegacyRegistryPermissions: roles.acrPull,
  AbacRepositoryPermissions: roles.containerRegistryRepositoryReader,
};

export class RoleModeSwitches {
  readonly #newGrants: { role: string; scope: string }[] = [];

  take({ type, op, ...step }: StepEventMetadata): void {
    if (plainType(type) !== grantType || op !== "create") return;
    const { roleDefinitionId, scope } = inputsOf(step.new);
    this.#newGrants.push({ role: String(roleDefinitionId).split("/").at(-1) ?? "", scope: String(scope) });
  }

  /** Whether the nodes do not yet have the role of the mode that the registry changes to. */
  isTooEarly = ({ type, op, ...step }: StepEventMetadata): boolean => {
    if (plainType(type) !== registryType || op !== "update") return false;
    const mode = modeOf(step.new);
    return (
      mode !== modeOf(step.old) &&
      this.#newGrants.some(({ role, scope }) => role === pullRoles[mode] && isOn(scope, step.old?.id))
    );
  };
}

/** A preview does not always know the scope. */
const isOn = (scope: string, registryId: string | undefined): boolean =>
  !scope.startsWith("/") || scope.toLowerCase() === registryId?.toLowerCase();

/** Releases up to 0.2.0 did not state the mode of their registries, and Azure gave them this one. */
function modeOf(state: StepEventMetadata["old"]): string {
  const { roleAssignmentMode: mode } = inputsOf(state);
  return typeof mode === "string" ? mode : "LegacyRegistryPermissions";
}

const inputsOf = (state: StepEventMetadata["old"]) => (state?.inputs ?? {}) as Record<string, unknown>;
