/** Pods that do not even come to be: the API server refuses what a ReplicaSet (or its like) wants to make. */
import type { Diagnosis } from "../finding.ts";
import type { Event } from "../kinds.ts";
import type { Observation } from "../observation.ts";
import { configure } from "../remedy.ts";
import { quoteEvent } from "../subject.ts";

/** @param owner the object whose pods are refused, such as "replicaset/web-7c47f956d7" */
export function admission(observation: Observation, owner: string, event: Event): Diagnosis {
  const said = event.message ?? "";
  const { namespace, stack } = observation.target;
  const evidence = [`${owner} cannot make its pods`, quoteEvent(event)];
  const tail = `--namespace ${namespace}`;
  if (/violates PodSecurity/i.test(said)) {
    const [, level = "", reasons = ""] = /violates PodSecurity "([^"]+)":\s*(.*)$/s.exec(said) ?? [];
    return {
      code: "pod-security-refused",
      title: `Pod Security "${level}" of namespace "${namespace}" refuses the pod`,
      evidence,
      mend: [
        {
          say: `Mend the pod's security context: ${reasons.trim()}`,
          ...(stack === undefined ? {} : { command: `pulumi up --stack ${stack}` }),
        },
        { say: "See what the namespace enforces:", command: `kubectl get namespace ${namespace} --show-labels` },
      ],
    };
  }
  if (/exceeded quota/i.test(said)) {
    return {
      code: "quota-exceeded",
      title: `The quota of namespace "${namespace}" is used up`,
      evidence,
      mend: [
        { say: "See the quota and what uses it:", command: `kubectl describe resourcequota ${tail}` },
        stack === undefined
          ? { say: "Ask for less, run fewer replicas, or have the quota raised." }
          : { say: "Run fewer replicas, or have the quota raised:", command: configure(stack, "replicas", "2") },
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
          ? { say: "Make it:", command: `kubectl create serviceaccount ${account} ${tail}` }
          : { say: "Let the stack make it again:", command: `pulumi up --refresh --stack ${stack}` },
      ],
    };
  }
  return {
    code: "admission-refused",
    title: "The cluster refuses the pod",
    evidence,
    mend: [
      { say: "The message names the policy, webhook or rule. See what it asks for, and change the pod accordingly." },
      {
        say: "Rules of the namespace:",
        command: `kubectl describe limitrange,resourcequota ${tail}`,
      },
    ],
  };
}
