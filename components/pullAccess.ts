import * as pulumi from "@pulumi/pulumi";
import { grant, roles } from "./azure/builtInRoles.ts";

/**
 * How a registry decides who may pull. "classic" uses the Acr* roles. "abac" ignores them and uses the Container
 * Registry Repository roles, which can be limited to single repositories.
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
  /** Resource id of the registry, such as `id` of `Registry`. */
  id: pulumi.Input<string>;
  /**
   * Role mode, "classic" or "abac", of a registry that another program manages: the nodes get only that mode's role.
   * Without it, the nodes get the roles of both modes, so that the mode can change without interrupting pulls. A
   * registry ignores the other mode's role.
   * @default both
   * @example "abac"
   */
  roleMode?: pulumi.Input<RegistryRoleMode>;
}

export interface PullAccessArgs {
  /**
   * Object id of the cluster's *kubelet* identity, such as `kubelet.objectId` of `Identities`. It is neither the
   * control plane's object id nor a client id.
   */
  kubeletObjectId: pulumi.Input<string>;
  /**
   * The registries, by a short, permanent name. The name becomes part of the role assignment's name in the state.
   * @example { own: { id: registry.id } }
   */
  registries: Record<string, PullSource>;
}

/**
 * Lets a cluster's nodes pull from registries without a pull secret, as `az aks update --attach-acr` does.
 *
 * Create it before the cluster, so that the grants have propagated when the first pod pulls.
 *
 * Use `transforms` to change resource properties that no argument covers.
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
