import { eachLinuxContainer } from "../kubernetes/podSpecs.ts";
import { judge } from "../outcome.ts";
import type { PodRule } from "../rule.ts";
import { shown, step } from "../propertyValues.ts";

export const noPrivilegeEscalation: PodRule = {
  on: "pods",
  id: "no-privilege-escalation",
  title: "Processes cannot get more rights than they were started with",
  reason: "a program with the setuid bit, of the image or brought along, makes root of any user",
  mend: "set securityContext.allowPrivilegeEscalation: false for each container; left out, it is true",
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
