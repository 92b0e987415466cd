import * as pulumi from "@pulumi/pulumi";
import { FederatedIdentityCredential, UserAssignedIdentity } from "@pulumi/azure-native/managedidentity/index.js";
import { type DataRole, type DataRoleGrants, dataRoles, roleGrantProblems } from "./appIdentity/dataRoles.ts";
import { grant } from "./azure/builtInRoles.ts";
import { subjectOf, tokenAudience } from "./azure/workloadIdentity.ts";
import { idsOf, type Identity } from "./identities.ts";
import { throwIfAny } from "./invalidArguments.ts";

export interface AppIdentityArgs {
  /** Resource group that holds the identity. */
  resourceGroupName: pulumi.Input<string>;
  /** Azure region, e.g. "westeurope". @default the resource group's */
  location?: pulumi.Input<string>;
  /** URL of the cluster's OIDC issuer, as `az aks show --query oidcIssuerProfile.issuerUrl` prints it. */
  issuerUrl: pulumi.Input<string>;
  /** Namespace of the pods. */
  namespace: pulumi.Input<string>;
  /** ServiceAccount of the pods: a Workload's has the workload's name. */
  serviceAccount: pulumi.Input<string>;
  /**
   * Roles for data, each with the resources that it is granted on.
   * @default none
   * @example { "Key Vault Secrets User": ["/subscriptions/.../providers/Microsoft.KeyVault/vaults/shop"] }
   */
  roles?: DataRoleGrants;
  /** Azure tags of the identity. @default none */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * The identity that pods sign in to Azure with, without a secret: Entra accepts the tokens of one ServiceAccount for it (workload
 * identity). It has no right but the roles that are listed.
 * https://learn.microsoft.com/azure/aks/workload-identity-overview
 *
 * `transforms` change properties of its resources that no argument covers.
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
  /** Object id: what roles are assigned to. */
  readonly objectId: pulumi.Output<string>;
  /** Client id: what the pods' ServiceAccount names. */
  readonly clientId: pulumi.Output<string>;

  /** @throws pulumi.InputPropertyError when a role is none for data, or is granted on a resource of another type. */
  constructor(name: string, args: AppIdentityArgs, opts?: pulumi.ComponentResourceOptions) {
    throwIfAny(roleGrantProblems(args.roles ?? {}).map((problem) => ["roles", problem] as const));
    super("tarmac:azure:AppIdentity", name, {}, opts);
    const { resourceGroupName, location, tags } = args;
    const child = { parent: this };
    const identity = new UserAssignedIdentity(`${name}-app`, { resourceGroupName, location, tags }, child);
    const ids = idsOf(identity, resourceGroupName, this);
    new FederatedIdentityCredential(
      `${name}-app`,
      {
        resourceGroupName,
        resourceName: identity.name,
        federatedIdentityCredentialResourceName: "pods",
        issuer: args.issuerUrl,
        subject: subjectOf(args.namespace, args.serviceAccount),
        audiences: [tokenAudience],
      },
      child,
    );
    for (const [role, scopes] of Object.entries(args.roles ?? {}) as [DataRole, readonly string[]][]) {
      for (const scope of scopes) {
        grant(
          `${name}-app-${slug(role)}-${slug(scope.split("/providers/").at(-1) ?? scope)}`,
          { scope, principalId: ids.objectId, role: dataRoles[role].id },
          child,
        );
      }
    }
    this.id = ids.id;
    this.objectId = ids.objectId;
    this.clientId = ids.clientId;
    this.registerOutputs({ id: this.id, objectId: this.objectId, clientId: this.clientId });
  }
}

/** Text as a part of a resource's name. */
const slug = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
