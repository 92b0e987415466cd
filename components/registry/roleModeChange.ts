/**
 * A registry in the mode "abac" ignores AcrPull from the moment of the change on, and a role that is granted in the same update comes too
 * late: it needs the registry's id, and minutes to propagate. So the roles of both modes are granted from the first update on
 * (`PullAccess`), and a registry that no update of this kind has seen changes its mode one update later.
 * https://learn.microsoft.com/azure/container-registry/container-registry-rbac-abac-repository-permissions
 */
import * as pulumi from "@pulumi/pulumi";
import { azureRoleModes } from "./registryResource.ts";

type Inputs = Readonly<Record<string, unknown>> | undefined;

/** @returns why the mode must not change in this update; `undefined` when it may */
export function roleModeChangeProblem(old: Inputs, now: Inputs): string | undefined {
  // Releases up to 0.2.0 stated no mode, and granted the role of one mode.
  if (old?.roleAssignmentMode !== undefined || now?.roleAssignmentMode !== azureRoleModes.abac) return undefined;
  return (
    'the role mode cannot change to "abac" in this update, because the nodes have no role for that mode yet and could pull no image: ' +
    'run one update with the mode "classic" (pulumi config set registryRoleMode classic), which grants that role, wait ten minutes until it ' +
    'has propagated, then set "abac" again'
  );
}

/** @param name of the registry's component */
export const refuseUnpreparedModeChange = (name: string): pulumi.ResourceHook =>
  new pulumi.ResourceHook(
    `${name}-role-mode`,
    ({ oldInputs, newInputs }) => {
      const problem = roleModeChangeProblem(oldInputs as Inputs, newInputs as Inputs);
      if (problem !== undefined) throw new Error(problem);
    },
    { onDryRun: true },
  );
