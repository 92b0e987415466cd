/** Pods that are never created: the API server rejects what a ReplicaSet or another controller tries to create. */
import type { Diagnosis } from "../finding.ts";
import type { Event } from "../../cluster/kubernetesObjects.ts";
import type { Observation } from "../observation.ts";
import { configure } from "../remedy.ts";
import { quoteEvent } from "../podView.ts";

/** @param owner the object whose pods are rejected, such as "replicaset/web-7c47f956d7" */
export function admission(observation: Observation, owner: string, event: Event): Diagnosis {
  const said = event.message ?? "";
  const { namespace, stack } = observation.target;
  const evidence = [`${owner} cannot create its pods`, quoteEvent(event)];
  const tail = `--namespace ${namespace}`;
  if (/violates PodSecurity/i.test(said)) {
    const [, level = "", reasons = ""] = /violates PodSecurity "([^"]+)":\s*(.*)$/s.exec(said) ?? [];
    return {
      code: "pod-security-refused",
      title: `Pod Security "${level}" in namespace "${namespace}" rejects the pod`,
      evidence,
      mend: [
        {
          say: `Fix the pod's security context: ${reasons.trim()}`,
          ...(stack === undefined ? {} : { command: `pulumi up --stack ${stack}` }),
        },
        { say: "Show what the namespace enforces:", command: `kubectl get namespace ${namespace} --show-labels` },
      ],
    };
  }
  if (/exceeded quota/i.test(said)) {
    return {
      code: "quota-exceeded",
      title: `The quota of namespace "${namespace}" is used up`,
      evidence,
      mend: [
        { say: "Show the quota and its usage:", command: `kubectl describe resourcequota ${tail}` },
        stack === undefined
          ? { say: "Lower the requests, run fewer replicas, or ask for a higher quota." }
          : { say: "Run fewer replicas, or ask for a higher quota:", command: configure(stack, "replicas", "2") },
      ],
    };
  }
  const account = /serviceaccount "([^"]+)" not found/i.exec(said)?.[1];
  if (account !== undefined) {
    return {
      code: "service-account-missing",
      title: `The ServiceAccount "${account}" does not exist`,
      evidence,
      mend: [
        stack === undefined
          ? { say: "Create it:", command: `kubectl create serviceaccount ${account} ${tail}` }
          : { say: "Let the stack create it again:", command: `pulumi up --refresh --stack ${stack}` },
      ],
    };
  }
  return {
    code: "admission-refused",
    title: "An admission rule of the cluster rejects the pod",
    evidence,
    mend: [
      { say: "The message names the policy, webhook, or rule. Change the pod so that it complies." },
      {
        say: "Show the rules of the namespace:",
        command: `kubectl describe limitrange,resourcequota ${tail}`,
      },
    ],
  };
}
