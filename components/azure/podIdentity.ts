/** An identity that pods of one ServiceAccount use to sign in to Azure. */
import type * as pulumi from "@pulumi/pulumi";
import { FederatedIdentityCredential, UserAssignedIdentity } from "@pulumi/azure-native/managedidentity/index.js";
import { type IdentityInTenant, idsOf } from "../identities.ts";
import { subjectOf, tokenAudience } from "./workloadIdentity.ts";

interface PodIdentityArgs {
  resourceGroupName: pulumi.Input<string>;
  location?: pulumi.Input<string>;
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Name of the credential in the identity. */
  credential: string;
  /** URL of the cluster's OIDC issuer. */
  issuerUrl: pulumi.Input<string>;
  namespace: pulumi.Input<string>;
  serviceAccount: pulumi.Input<string>;
}

/** Creates the identity, without any role, and the credential by which Entra accepts the ServiceAccount's tokens. */
export function podIdentity(
  name: string,
  args: PodIdentityArgs,
  parent: pulumi.Resource | undefined,
): IdentityInTenant {
  const { resourceGroupName, location, tags } = args;
  const identity = new UserAssignedIdentity(name, { resourceGroupName, location, tags }, { parent });
  new FederatedIdentityCredential(
    name,
    {
      resourceGroupName,
      resourceName: identity.name,
      federatedIdentityCredentialResourceName: args.credential,
      issuer: args.issuerUrl,
      subject: subjectOf(args.namespace, args.serviceAccount),
      audiences: [tokenAudience],
    },
    { parent },
  );
  return idsOf(identity, resourceGroupName, parent);
}
