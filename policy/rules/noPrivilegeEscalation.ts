import { eachLinuxContainer } from "../kubernetes/podSpecs.ts";
import { judge } from "../outcome.ts";
import type { PodRule } from "../rule.ts";
import { shown, step } from "../propertyValues.ts";

export const noPrivilegeEscalation: PodRule = {
  on: "pods",
  id: "no-privilege-escalation",
  title: "Processes cannot gain more privileges than they started with",
  reason: "a program with the setuid bit, in the image or brought by an attacker, turns any user into root",
  fix: "set securityContext.allowPrivilegeEscalation: false for each container; the default is true",
  reference: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted",
  azurePolicy: "Kubernetes clusters should not allow container privilege escalation",
  severity: "high",
  level: "mandatory",
  check: (pod) =>
    eachLinuxContainer(pod, ({ spot, called }) =>
      judge(
        step(spot, "securityContext", "allowPrivilegeEscalation"),
        (value) => value === false,
        (value) => `${called}: allowPrivilegeEscalation is ${shown(value)}`,
      ),
    ),
};
