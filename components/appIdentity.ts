import * as pulumi from "@pulumi/pulumi";
import { type DataRoleGrants, dataRoles, grantsByName, roleGrantProblems } from "./appIdentity/dataRoles.ts";
import { grant } from "./azure/builtInRoles.ts";
import { podIdentity } from "./azure/podIdentity.ts";
import type { Identity } from "./identities.ts";
import { throwIfAny } from "./invalidArguments.ts";

export interface AppIdentityArgs {
  /** Resource group to create the identity in. @example "shop-dev" */
  resourceGroupName: pulumi.Input<string>;
  /** Azure region of the identity. @default the resource group's @example "westeurope" */
  location?: pulumi.Input<string>;
  /**
   * URL of the cluster's OIDC issuer: `issuerUrl` of `Cluster`, or the output of `az aks show --query
   * oidcIssuerProfile.issuerUrl`.
   */
  issuerUrl: pulumi.Input<string>;
  /** Kubernetes namespace of the pods that may use the identity. @example "shop" */
  namespace: pulumi.Input<string>;
  /** Name of the pods' ServiceAccount. The ServiceAccount of a `Workload` has the workload's name. @example "hello" */
  serviceAccount: pulumi.Input<string>;
  /**
   * Azure data roles to grant to the identity, each with the resource ids of its scopes.
   * @default none
   * @example { "Key Vault Secrets User": ["/subscriptions/.../providers/Microsoft.KeyVault/vaults/shop"] }
   */
  roles?: DataRoleGrants;
  /**
   * Secrets of a Key Vault that the identity may read: the role Key Vault Secrets User on each of them alone. For a vault whose
   * id is not known beforehand, such as `id` of `KeyVault`.
   * @default none
   * @example { vaultId: vault.id, names: ["database-password"] }
   */
  secrets?: {
    /** Resource id of the vault. */
    vaultId: pulumi.Input<string>;
    /** Names of the secrets in it. */
    names: readonly string[];
  };
  /** Azure tags of the identity. @default none @example { team: "shop" } */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * An identity that pods use to sign in to Azure without a secret (workload identity). Entra accepts the tokens of one
 * ServiceAccount for this identity. The identity has only the roles in `roles`.
 * https://learn.microsoft.com/azure/aks/workload-identity-overview
 *
 * Use `transforms` to change resource properties that no argument covers.
 * @example
 * ```ts
 * new AppIdentity("hello", args, {
 *   transforms: [
 *     ({ type, props, opts }) =>
 *       type === "azure-native:managedidentity:UserAssignedIdentity" ? { props: { ...props, isolationScope: "Regional" }, opts } : undefined,
 *   ],
 * });
 * ```
 */
export class AppIdentity extends pulumi.ComponentResource implements Identity {
  /** Resource id. */
  readonly id: pulumi.Output<string>;
  /** Object id, used in role assignments. */
  readonly objectId: pulumi.Output<string>;
  /** Client id, used in the annotation of the pods' ServiceAccount. */
  readonly clientId: pulumi.Output<string>;
  /** Id of the Entra tenant that the identity is in. */
  readonly tenantId: pulumi.Output<string>;

  /**
   * @throws pulumi.InputPropertyError when a role is not a supported data role, or a scope is not a resource of the
   * role's type.
   */
  constructor(name: string, args: AppIdentityArgs, opts?: pulumi.ComponentResourceOptions) {
    throwIfAny(roleGrantProblems(args.roles ?? {}).map((problem) => ["roles", problem] as const));
    super("tarmac:azure:AppIdentity", name, {}, opts);
    const { roles = {}, secrets, ...identity } = args;
    const ids = podIdentity(`${name}-app`, { ...identity, credential: "pods" }, this);
    for (const [grantName, { role, scope }] of grantsByName(roles))
      grant(`${name}-app-${grantName}`, { scope, principalId: ids.objectId, role }, { parent: this });
    for (const secret of secrets?.names ?? [])
      grant(
        `${name}-app-secret-${secret.toLowerCase()}`,
        {
          scope: pulumi.interpolate`${secrets?.vaultId}/secrets/${secret}`,
          principalId: ids.objectId,
          role: dataRoles["Key Vault Secrets User"].id,
        },
        { parent: this },
      );
    this.id = ids.id;
    this.objectId = ids.objectId;
    this.clientId = ids.clientId;
    this.tenantId = ids.tenantId;
    this.registerOutputs({ id: this.id, objectId: this.objectId, clientId: this.clientId });
  }
}
