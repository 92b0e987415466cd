import * as pulumi from "@pulumi/pulumi";
import { FederatedIdentityCredential, UserAssignedIdentity } from "@pulumi/azure-native/managedidentity/index.js";
import { grant } from "@tarmac/components/azure/builtInRoles";
import { tokenAudience } from "@tarmac/components/azure/workloadIdentity";

/** A role assignment of an identity. */
export interface Right {
  /** Resource id of the scope. */
  scope: pulumi.Input<string>;
  /** Role definition id (the GUID part). */
  role: pulumi.Input<string>;
  /** Condition that narrows the role (see roleConditions.ts). */
  condition?: string;
}

export interface CiIdentityArgs {
  resourceGroupName: pulumi.Input<string>;
  /** Azure region. */
  location: pulumi.Input<string>;
  /** Issuer of the tokens that sign it in, an https URL. */
  issuer: string;
  /** Subjects (`sub`) of the trusted tokens by short name, at most 20. Entra compares them exactly: there are no patterns. */
  subjects: Record<string, string>;
  /** Role assignments by short name. */
  rights: Record<string, Right>;
  tags?: Record<string, string>;
}

/** An identity that workflows sign in to with the token of their own run. It has no secret that could leak or expire. */
export class CiIdentity extends pulumi.ComponentResource {
  /** Client id, with which a workflow signs in. */
  readonly clientId: pulumi.Output<string>;
  /** Object id, to which roles are assigned. */
  readonly objectId: pulumi.Output<string>;

  constructor(name: string, args: CiIdentityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tarmac:bootstrap:CiIdentity", name, {}, opts);
    const { resourceGroupName, location, tags } = args;
    const identity = new UserAssignedIdentity(
      name,
      { resourceGroupName, location, resourceName: name, tags },
      { parent: this },
    );
    // One after the other: Entra refuses concurrent writes of two credentials of one identity.
    const credentials: pulumi.Resource[] = [];
    for (const [short, subject] of Object.entries(args.subjects)) {
      credentials.push(
        new FederatedIdentityCredential(
          `${name}-${short}`,
          {
            resourceGroupName,
            resourceName: identity.name,
            federatedIdentityCredentialResourceName: short,
            issuer: args.issuer,
            subject,
            audiences: [tokenAudience],
          },
          { parent: this, dependsOn: credentials.slice(-1) },
        ),
      );
    }
    for (const [short, right] of Object.entries(args.rights))
      grant(`${name}-${short}`, { ...right, principalId: identity.principalId }, { parent: this });
    this.clientId = identity.clientId;
    this.objectId = identity.principalId;
    this.registerOutputs({ clientId: this.clientId, objectId: this.objectId });
  }
}
