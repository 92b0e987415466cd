import { azureSignInOf, clientIdAnnotation, signInEvidence } from "../facts/podSignIn.ts";
import { run } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

/** The pod requests a token, but its ServiceAccount names no identity, or one that the tenant does not have. */
export const workloadIdentityClientIdMissing = podCause({
  code: "workload-identity-client-id-missing",
  stage: "run",
  recovery: 3,
  over: [
    "environment-variable-missing",
    "application-error",
    "dependency-unreachable",
    "not-ready-by-itself",
    "exits-by-itself",
  ],
  proof: (pod) => {
    const signIn = azureSignInOf(pod);
    if (signIn === undefined) return undefined;
    const unknown = signIn.code === "AADSTS700016" ? /identifier '([^']+)'/.exec(signIn.line)?.[1] : undefined;
    const absent = signIn.labeled && signIn.serviceAccountRead && signIn.clientId === undefined;
    const own = signIn.container.spec.env?.some(({ name }) => name === "AZURE_CLIENT_ID") ?? false;
    return unknown !== undefined || (absent && !own) ? { signIn, unknown } : undefined;
  },
  claim: (pod, { signIn, unknown }) => {
    const account = `serviceaccount ${signIn.serviceAccount} --namespace ${pod.namespace}`;
    return {
      title:
        unknown === undefined
          ? `The ServiceAccount "${signIn.serviceAccount}" does not say which identity the pod has in Entra`
          : `Entra does not know the client id "${unknown}" in this tenant`,
      container: signIn.container.name,
      evidence: signInEvidence(signIn),
      mend: [
        run(
          "Find the client id of the identity:",
          'az identity list --query "[].{name:name, clientId:clientId}" --output table',
        ),
        run(
          "Annotate the ServiceAccount with it:",
          `kubectl annotate ${account} ${clientIdAnnotation}=VALUE --overwrite`,
        ),
        run(
          "Tokens are issued when a pod is created, so replace the pod:",
          `kubectl delete pod ${pod.podName} --namespace ${pod.namespace}`,
        ),
      ],
    };
  },
});
