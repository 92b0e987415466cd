import { findEvent, quoteEvent } from "../facts/eventFacts.ts";
import { changedBy, changePod, run } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

export const sysctlForbidden = podCause({
  code: "sysctl-forbidden",
  stage: "config",
  recovery: "impossible",
  over: ["rejected-by-node"],
  proof: ({ pod, events }) => {
    const event = findEvent(events, ["SysctlForbidden"]);
    const message = pod.status?.reason === "SysctlForbidden" ? (pod.status.message ?? "") : (event?.message ?? "");
    const name = /forbidden sysctl: "([^"]+)"/.exec(message)?.[1];
    return name === undefined ? undefined : { name, message, event };
  },
  claim: (pod, { name, message, event }) => {
    const left = (
      pod.owner.template?.spec?.securityContext?.sysctls ??
      pod.pod.spec?.securityContext?.sysctls ??
      []
    ).filter((one) => one.name !== name);
    return {
      title: `The kubelet of node "${pod.pod.spec?.nodeName}" does not allow the sysctl "${name}"`,
      evidence: [
        `pod/${pod.podName}: SysctlForbidden: ${message}`,
        ...(event === undefined ? [] : [quoteEvent(event)]),
      ],
      mend: [
        ...changePod(changedBy(pod), "Leave it out:", {
          securityContext: { sysctls: left.length === 0 ? null : left },
        }),
        run(
          `Or allow it on a node pool of its own (a file kubelet.json with {"allowedUnsafeSysctls":["${name}"]}):`,
          "az aks nodepool add --resource-group GROUP --cluster-name CLUSTER --name sysctl --kubelet-config kubelet.json",
        ),
      ],
    };
  },
});
