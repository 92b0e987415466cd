/**
 * A certificate that application routing fetches from Key Vault, signed in with the gateway's own identity.
 * https://learn.microsoft.com/azure/aks/app-routing-gateway-api-dns-tls
 */
import * as pulumi from "@pulumi/pulumi";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/index.js";
import type { input } from "@pulumi/kubernetes/types/index.js";
import { vaultNameForm } from "@tarmac/validate/azureNames";
import { idOf } from "@tarmac/validate/azureResourceId";
import { dataRoles } from "../appIdentity/dataRoles.ts";
import { grant } from "../azure/builtInRoles.ts";
import { podIdentity } from "../azure/podIdentity.ts";
import { clientIdAnnotation, useLabel } from "../azure/workloadIdentity.ts";

export interface KeyVaultCertificateArgs {
  /**
   * Id of the certificate: the resource id of the vault, then `/certificates/NAME`.
   * @example "/subscriptions/.../providers/Microsoft.KeyVault/vaults/shop/certificates/www"
   */
  certificateId: string;
  /** Resource group to create the identity in that reads the certificate. @example "shop-dev" */
  resourceGroupName: pulumi.Input<string>;
  /** Azure region of the identity. @default the resource group's @example "westeurope" */
  location?: pulumi.Input<string>;
  /** Azure tags of the identity. @default none @example { team: "shop" } */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** URL of the cluster's OIDC issuer: `issuerUrl` of `Cluster`. */
  issuerUrl: pulumi.Input<string>;
  /**
   * Whether to grant the identity the role Key Vault Secrets User. Set it to false if the vault's owner grants the
   * role.
   * @default true
   */
  assignRole?: boolean;
}

const certificate = idOf("Microsoft.KeyVault/vaults", "/certificates/([0-9a-zA-Z-]{1,127})", vaultNameForm);

/** Returns the problem with a certificate id, or `undefined`. */
export const certificateIdProblem = (id: string): string | undefined =>
  certificate.test(id)
    ? undefined
    : `"${id}" is not a certificate of a Key Vault: use the vault's resource id and /certificates/NAME; for the id, use what this command prints: az keyvault show --query id -n VAULT`;

/** @returns the listener's TLS options, which tell application routing where to find the certificate */
export function keyVaultCertificate(
  name: string,
  args: KeyVaultCertificateArgs,
  { namespace, labels }: { namespace: pulumi.Output<string>; labels?: input.meta.v1.ObjectMeta["labels"] },
  opts: pulumi.CustomResourceOptions,
): Record<string, pulumi.Input<string>> {
  const [, vaultId = "", vaultName = "", certificateName = ""] = certificate.exec(args.certificateId) ?? [];
  const { resourceGroupName, location, tags, issuerUrl } = args;
  // Resources in Azure are not deleted with the cluster.
  const { parent } = opts;
  const identity = podIdentity(
    `${name}-gateway`,
    {
      ...{ resourceGroupName, location, tags, issuerUrl, namespace },
      ...{ credential: "gateway", serviceAccount: "certificates" },
    },
    parent,
  );
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
  if (args.assignRole ?? true) {
    // Grant on this secret only: Key Vault stores a certificate's key in the secret with the same name.
    const scope = `${vaultId}/secrets/${certificateName}`;
    grant(
      `${name}-certificate`,
      { scope, principalId: identity.objectId, role: dataRoles["Key Vault Secrets User"].id },
      { parent },
    );
  }
  return {
    // No version, so that application routing fetches renewed certificates.
    "kubernetes.azure.com/tls-cert-keyvault-uri": `https://${vaultName}.vault.azure.net/certificates/${certificateName}`,
    "kubernetes.azure.com/tls-cert-service-account": account.metadata.name,
  };
}
