import { azureSignInOf, signInEvidence, useLabel } from "../facts/podSignIn.ts";
import { changedBy, changePodMetadata } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

/** The ServiceAccount names an identity, but the pod lacks the label for which the webhook injects a token. */
export const workloadIdentityLabelMissing = podCause({
  code: "workload-identity-label-missing",
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
    return signIn?.clientId !== undefined && !signIn.labeled && !signIn.injected ? signIn : undefined;
  },
  claim: (pod, signIn) => ({
    title: `The process gets no token for Entra: its ServiceAccount "${signIn.serviceAccount}" has an identity, but the pod lacks the label ${useLabel}=true`,
    container: signIn.container.name,
    evidence: signInEvidence(signIn),
    mend: changePodMetadata(changedBy(pod), "Give the pods the label. The webhook then adds the token:", {
      labels: { [useLabel]: "true" },
    }),
  }),
});
