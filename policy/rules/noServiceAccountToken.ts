import { judge } from "../outcome.ts";
import type { PodRule } from "../rule.ts";
import { shown, step } from "../propertyValues.ts";

export const noServiceAccountToken: PodRule = {
  on: "pods",
  id: "no-service-account-token",
  title: "Pods get no token for the Kubernetes API",
  reason: "a token that the pod does not use serves only an attacker, who can use it to act as the service account",
  fix: "set automountServiceAccountToken: false in the pod spec; for a pod that uses the API, add an exception and give it its own service account",
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
