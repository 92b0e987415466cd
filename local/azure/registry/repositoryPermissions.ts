/**
 * What a principal's role assignments allow in a registry. In the mode "RBAC Registry + ABAC Repository Permissions" only the repository roles
 * count: AcrPull, AcrPush and even Owner give no access to images.
 */
import type { Authorization } from "../authorization.ts";

/** The settings of a registry that its data plane depends on. */
export interface RegistryView {
  id: string;
  name: string;
  loginServer: string;
  /** roleAssignmentMode is AbacRepositoryPermissions. */
  abac: boolean;
  anonymousPull: boolean;
  /** azureADAuthenticationAsArmPolicy is enabled: tokens for the Resource Manager are accepted too. */
  armTokens: boolean;
}

/** A part of a token's scope, such as `repository:app:pull,push`. */
export interface Scope {
  type: string;
  name: string;
  actions: string[];
}

const acr = "Microsoft.ContainerRegistry/registries";

/** ACR's actions on a repository and the permission each needs, in the older mode and in ABAC mode. */
const repositoryActions: Record<string, { legacy: string; abac: string }> = {
  pull: { legacy: `${acr}/pull/read`, abac: `${acr}/repositories/content/read` },
  push: { legacy: `${acr}/push/write`, abac: `${acr}/repositories/content/write` },
  delete: { legacy: `${acr}/artifacts/delete`, abac: `${acr}/repositories/content/delete` },
  metadata_read: { legacy: `${acr}/pull/read`, abac: `${acr}/repositories/metadata/read` },
  metadata_write: { legacy: `${acr}/push/write`, abac: `${acr}/repositories/metadata/write` },
};

const catalogAction = { legacy: `${acr}/pull/read`, abac: `${acr}/catalog/read` };

/** Parses `type:name:action,action`, where the name may contain a colon. Undefined for anything else. */
export function parseScope(text: string): Scope | undefined {
  const match = /^([a-z]+(?:\([a-z]+\))?):(.+):([a-z_,*]+)$/.exec(text);
  return match === null
    ? undefined
    : { type: match[1] ?? "", name: match[2] ?? "", actions: (match[3] ?? "").split(",") };
}

/** The granted actions of a scope. `principalId` is undefined for a request without credentials. */
export function grantedActions(
  authorization: Authorization,
  registry: RegistryView,
  principalId: string | undefined,
  scope: Scope,
): string[] {
  const may = ({ legacy, abac }: { legacy: string; abac: string }) =>
    principalId !== undefined &&
    (registry.abac
      ? authorization.allows(principalId, abac, registry.id, "dataAction")
      : authorization.allows(principalId, legacy, registry.id));
  if (scope.type === "registry" && scope.name === "catalog") return may(catalogAction) ? ["*"] : [];
  if (!scope.type.startsWith("repository")) return [];
  const readable = ["pull", "metadata_read"];
  const granted = (action: string) => {
    const permission = repositoryActions[action];
    return permission !== undefined && (may(permission) || (registry.anonymousPull && readable.includes(action)));
  };
  const asked = scope.actions.includes("*") ? Object.keys(repositoryActions) : scope.actions;
  const actions = asked.filter(granted);
  // For a registry `*` is an action of its own, granted together with all others.
  return scope.actions.includes("*") && actions.length === asked.length ? ["*", ...actions] : actions;
}

/** Whether the principal may pull from the registry at all. */
export function mayPullFrom(authorization: Authorization, registry: RegistryView, principalId: string): boolean {
  return (
    grantedActions(authorization, registry, principalId, { type: "repository", name: "any", actions: ["pull"] })
      .length > 0
  );
}
