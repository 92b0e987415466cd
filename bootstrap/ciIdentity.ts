import * as pulumi from "@pulumi/pulumi";
import { FederatedIdentityCredential, UserAssignedIdentity } from "@pulumi/azure-native/managedidentity/index.js";
import { grant } from "@tarmac/components/azure/roles";

/** A right of an identity. */
export interface Right {
  /** Resource id of what it is a right on. */
  scope: pulumi.Input<string>;
  /** Role definition id. */
  role: string;
  /** Narrows the role. */
  condition?: string;
}

export interface CiIdentityArgs {
  resourceGroupName: pulumi.Input<string>;
  /** Azure region. */
  location: pulumi.Input<string>;
  /** Who issues the tokens that it is signed in with. */
  issuer: string;
  /** Whose tokens these are, by a short name: the exact `sub`, as Entra knows no patterns here. At most 20. */
  subjects: Record<string, string>;
  /** What it may do, by a short name. */
  rights: Record<string, Right>;
  tags?: Record<string, string>;
}

/** An identity that workflows sign in as, with a token of their own run and no secret that could be stolen or run out. */
export class CiIdentity extends pulumi.ComponentResource {
  /** What a workflow names when it signs in. */
  readonly clientId: pulumi.Output<string>;
  /** What roles are given to. */
  readonly objectId: pulumi.Output<string>;

  constructor(name: string, args: CiIdentityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tarmac:bootstrap:CiIdentity", name, {}, opts);
    const { resourceGroupName, location, tags } = args;
    const identity = new UserAssignedIdentity(
      name,
      { resourceGroupName, location, resourceName: name, tags },
      { parent: this },
    );
    // One after the other: Entra refuses to write two credentials of one identity at the same time.
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
            audiences: ["api://AzureADTokenExchange"],
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
