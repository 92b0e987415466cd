import { judge } from "../outcome.ts";
import type { PodRule } from "../rule.ts";
import { shown, step } from "../propertyValues.ts";

export const noServiceAccountToken: PodRule = {
  on: "pods",
  id: "no-service-account-token",
  title: "Pods get no token for the Kubernetes API",
  reason:
    "a token that lies in every pod serves only whoever breaks in: it speaks to the API server with the rights of the service account",
  mend: "set automountServiceAccountToken: false in the pod's spec; a pod that does talk to the API gets an exception, and a service account of its own",
  reference:
    "https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#opt-out-of-api-credential-automounting",
  azurePolicy: "Kubernetes clusters should disable automounting API credentials",
  severity: "medium",
  level: "mandatory",
  check: (pod) =>
    judge(
      step(pod.spec, "automountServiceAccountToken"),
      (value) => value === false,
      (value) => `automountServiceAccountToken is ${shown(value)}`,
    ),
};
