/**
 * A certificate that application routing fetches from Key Vault, as the gateway's own identity.
 * https://learn.microsoft.com/azure/aks/app-routing-gateway-api-dns-tls
 */
import * as pulumi from "@pulumi/pulumi";
import { FederatedIdentityCredential, UserAssignedIdentity } from "@pulumi/azure-native/managedidentity/index.js";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/index.js";
import type { input } from "@pulumi/kubernetes/types/index.js";
import { dataRoles } from "../appIdentity/dataRoles.ts";
import { grant } from "../azure/builtInRoles.ts";
import { clientIdAnnotation, subjectOf, tokenAudience, useLabel } from "../azure/workloadIdentity.ts";

export interface KeyVaultCertificateArgs {
  /** The certificate: resource id of the vault, then `/certificates/NAME`. */
  certificateId: string;
  /** Resource group of the identity that reads the certificate. */
  resourceGroupName: pulumi.Input<string>;
  /** Azure region of the identity. @default the resource group's */
  location?: pulumi.Input<string>;
  /** Azure tags of the identity. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** OIDC issuer of the cluster. */
  issuerUrl: pulumi.Input<string>;
  /** False: whoever keeps the vault grants the identity the role Key Vault Secrets User. @default true */
  assignRole?: boolean;
}

const certificate =
  /^(\/subscriptions\/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\/resourceGroups\/[\w().-]+\/providers\/Microsoft\.KeyVault\/vaults\/([a-z][a-z0-9-]{1,22}[a-z0-9]))\/certificates\/([0-9a-zA-Z-]{1,127})$/i;

/** What is wrong with the id of a certificate, or `undefined`. */
export const certificateIdProblem = (id: string): string | undefined =>
  certificate.test(id)
    ? undefined
    : `"${id}" is not a certificate of a Key Vault: use the vault's resource id and /certificates/NAME; for the id, use what this command prints: az keyvault show --query id -n VAULT`;

/** @returns the options of a listener's TLS, by which application routing finds the certificate */
export function keyVaultCertificate(
  name: string,
  args: KeyVaultCertificateArgs,
  { namespace, labels }: { namespace: pulumi.Output<string>; labels?: input.meta.v1.ObjectMeta["labels"] },
  opts: pulumi.CustomResourceOptions,
): Record<string, pulumi.Input<string>> {
  const [, vaultId = "", vaultName = "", certificateName = ""] = certificate.exec(args.certificateId) ?? [];
  const { resourceGroupName, location, tags } = args;
  // What is in Azure does not go with the cluster.
  const inAzure = { parent: opts.parent };
  const identity = new UserAssignedIdentity(`${name}-gateway`, { resourceGroupName, location, tags }, inAzure);
  const account = new ServiceAccount(
    `${name}-certificates`,
    {
      metadata: {
        name: "certificates",
        namespace,
        annotations: { [clientIdAnnotation]: identity.clientId },
        labels: pulumi.output(labels ?? {}).apply((own) => ({ ...own, [useLabel]: "true" })),
      },
    },
    opts,
  );
  new FederatedIdentityCredential(
    `${name}-gateway`,
    {
      resourceGroupName,
      resourceName: identity.name,
      federatedIdentityCredentialResourceName: "gateway",
      issuer: args.issuerUrl,
      subject: subjectOf(namespace, "certificates"),
      audiences: [tokenAudience],
    },
    inAzure,
  );
  if (args.assignRole ?? true) {
    // On this one secret: a certificate's key is in the secret of its name.
    const scope = `${vaultId}/secrets/${certificateName}`;
    grant(
      `${name}-certificate`,
      { scope, principalId: identity.principalId, role: dataRoles["Key Vault Secrets User"].id },
      inAzure,
    );
  }
  return {
    // Without a version, so that a renewed certificate is fetched.
    "kubernetes.azure.com/tls-cert-keyvault-uri": `https://${vaultName}.vault.azure.net/certificates/${certificateName}`,
    "kubernetes.azure.com/tls-cert-service-account": account.metadata.name,
  };
}
