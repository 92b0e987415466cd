/**
 * How pods sign in to Azure without a secret: Entra accepts the token of their ServiceAccount, which AKS's webhook puts into
 * labeled pods together with the identity's client id.
 * https://learn.microsoft.com/azure/aks/workload-identity-overview
 */
import * as pulumi from "@pulumi/pulumi";

/** What Entra accepts a cluster's tokens for. https://learn.microsoft.com/entra/workload-id/workload-identity-federation-create-trust */
export const tokenAudience = "api://AzureADTokenExchange";

/** Annotation of a ServiceAccount: the client id that its pods sign in as. */
export const clientIdAnnotation = "azure.workload.identity/client-id";

/** Label of the pods that the webhook changes. */
export const useLabel = "azure.workload.identity/use";

/** What a token of a ServiceAccount is about: the subject that an identity trusts. */
export const subjectOf = (namespace: pulumi.Input<string>, serviceAccount: pulumi.Input<string>) =>
  pulumi.interpolate`system:serviceaccount:${namespace}:${serviceAccount}`;

/**
 * Addresses of Entra's sign-in (login.microsoftonline.com), for policies that know no names.
 * https://learn.microsoft.com/microsoft-365/enterprise/urls-and-ip-address-ranges (id 56, read 2026-11)
 */
export const signInRanges = ["20.20.32.0/19", "20.190.128.0/18", "20.231.128.0/19", "40.126.0.0/18"] as const;
