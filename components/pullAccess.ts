import * as pulumi from "@pulumi/pulumi";
import { grant, roles } from "./azure/builtInRoles.ts";

/**
 * How a registry decides who may pull. "classic" looks at the Acr* roles; "abac" ignores those and looks at the
 * Container Registry Repository roles, which can be limited to single repositories.
 */
export const registryRoleModes = ["classic", "abac"] as const;
export type RegistryRoleMode = (typeof registryRoleModes)[number];

/** The role that lets nodes pull, by the registry's mode. */
const pullRoles: Record<RegistryRoleMode, string> = {
  classic: roles.acrPull,
  abac: roles.containerRegistryRepositoryReader,
};

/** A registry to pull from. */
export interface PullSource {
  /** Resource id of the registry. */
  id: pulumi.Input<string>;
  /**
   * The mode of a registry that this program does not manage: nodes get the role of that mode only. Without it they get the roles of both
   * modes, so that the mode can change while pods are pulled; a registry ignores the role of the other mode.
   * @default both
   */
  roleMode?: pulumi.Input<RegistryRoleMode>;
}

export interface PullAccessArgs {
  /** Object id of the cluster's *kubelet* identity: not the control plane's, and not a client id. */
  kubeletObjectId: pulumi.Input<string>;
  /** The registries, by a short name that stays the same: it becomes part of the assignment's name in the state. */
  registries: Record<string, PullSource>;
}

/**
 * The attach: lets a cluster's nodes pull from registries, as `az aks update --attach-acr` does, without a pull secret.
 *
 * Created before the cluster, the grant has propagated by the time the first pod pulls.
 *
 * `transforms` change properties of its resources that no argument covers.
 * @example
 * ```ts
 * new PullAccess("hello", args, {
 *   transforms: [
 *     ({ type, props, opts }) =>
 *       type === "azure-native:authorization:RoleAssignment" ? { props: { ...props, description: "pulls images" }, opts } : undefined,
 *   ],
 * });
 * ```
 */
export class PullAccess extends pulumi.ComponentResource {
  constructor(name: string, args: PullAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tarmac:azure:PullAccess", name, {}, opts);
    for (const [registryName, { id: scope, roleMode }] of Object.entries(args.registries)) {
      const pull = (suffix: string, role: pulumi.Input<string>) =>
        grant(`${name}-${registryName}${suffix}`, { scope, principalId: args.kubeletObjectId, role }, { parent: this });
      if (roleMode === undefined) {
        pull("", pullRoles.classic);
        pull("-abac", pullRoles.abac);
      } else {
        pull(
          "",
          pulumi.output(roleMode).apply((mode) => pullRoles[mode]),
        );
      }
    }
    this.registerOutputs({});
  }
}
