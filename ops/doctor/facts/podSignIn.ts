/**
 * How a pod signs in to Entra with its ServiceAccount: https://learn.microsoft.com/azure/aks/workload-identity-overview
 * Reads the settings of the pod and its ServiceAccount, and Entra's answer.
 */
import type { ContainerFacts, PodFacts } from "./podFacts.ts";

export const useLabel = "azure.workload.identity/use";
export const clientIdAnnotation = "azure.workload.identity/client-id";

export interface AzureSignIn {
  container: ContainerFacts;
  serviceAccount: string;
  /** The annotation of the ServiceAccount; undefined if it has none or could not be read. */
  clientId?: string;
  serviceAccountRead: boolean;
  labeled: boolean;
  /** Whether the webhook has injected the token into the pod. */
  injected: boolean;
  /** The log line with the failure. */
  line: string;
  /** Entra's error code, e.g. "AADSTS700213". */
  code?: string;
}

/** Messages of client libraries and Entra for a failed sign-in. */
const forms =
  /AADSTS\d{5,7}|\b(?:WorkloadIdentity|ManagedIdentity|DefaultAzure|ChainedToken|Environment)Credential\b.*(?:unavailable|failed|not|error)|CredentialUnavailableError|\bAZURE_FEDERATED_TOKEN_FILE\b/;

/** @returns undefined if no container of the pod has failed to sign in */
export function azureSignInOf({ pod, containers, observation }: PodFacts): AzureSignIn | undefined {
  const serviceAccount = pod.spec?.serviceAccountName ?? "default";
  const accounts = observation.reach?.serviceAccounts;
  const account = accounts?.find(({ metadata }) => metadata?.name === serviceAccount);
  const clientId = account?.metadata?.annotations?.[clientIdAnnotation];
  for (const container of containers) {
    const line = container.log.lines.findLast(({ raw }) => forms.test(raw))?.raw.trim();
    if (line === undefined) continue;
    const code = /AADSTS\d{5,7}/.exec(line)?.[0];
    return {
      container,
      serviceAccount,
      ...(clientId === undefined ? {} : { clientId }),
      serviceAccountRead: account !== undefined,
      labeled: pod.metadata?.labels?.[useLabel] === "true",
      injected: container.spec.env?.some(({ name }) => name === "AZURE_FEDERATED_TOKEN_FILE") ?? false,
      line: line.slice(0, 500),
      ...(code === undefined ? {} : { code }),
    };
  }
  return undefined;
}

export const signInEvidence = (signIn: AzureSignIn): string[] => [
  `log of container "${signIn.container.name}": ${signIn.line}`,
  signIn.serviceAccountRead
    ? `serviceaccount/${signIn.serviceAccount} has ${signIn.clientId === undefined ? `no annotation ${clientIdAnnotation}` : `${clientIdAnnotation}=${signIn.clientId}`}`
    : `serviceaccount/${signIn.serviceAccount} could not be read`,
  `the pod ${signIn.labeled ? "has" : "does not have"} the label ${useLabel}=true, and has ${signIn.injected ? "a" : "no"} token for Entra`,
];
