/**
 * How pods sign in to Azure without a secret: Entra accepts the token of their ServiceAccount. AKS's webhook adds the
 * token and the identity's client id to pods with the label.
 * https://learn.microsoft.com/azure/aks/workload-identity-overview
 */
import * as pulumi from "@pulumi/pulumi";

/**
 * The audience that Entra requires in a cluster's tokens.
 * https://learn.microsoft.com/entra/workload-id/workload-identity-federation-create-trust
 */
export const tokenAudience = "api://AzureADTokenExchange";

/** ServiceAccount annotation: the client id that its pods use to sign in. */
export const clientIdAnnotation = "azure.workload.identity/client-id";

/** Pod label that makes the webhook change a pod. */
export const useLabel = "azure.workload.identity/use";

/** Returns the subject of a ServiceAccount's tokens, which the identity trusts. */
export const subjectOf = (namespace: pulumi.Input<string>, serviceAccount: pulumi.Input<string>) =>
  pulumi.interpolate`system:serviceaccount:${namespace}:${serviceAccount}`;

/**
 * Address ranges of Entra's sign-in service (login.microsoftonline.com), for network policies that do not support host
 * names.
 * https://learn.microsoft.com/microsoft-365/enterprise/urls-and-ip-address-ranges (id 56, read 2026-11)
 */
export const signInRanges = ["20.20.32.0/19", "20.190.128.0/18", "20.231.128.0/19", "40.126.0.0/18"] as const;
