import { findEvent, quoteEvent } from "../facts/eventFacts.ts";
import { placementOf } from "../facts/placement.ts";
import { run } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

export const nodeQuotaExceeded = podCause({
  code: "node-quota-exceeded",
  stage: "cluster",
  recovery: "possible",
  proof: (pod) => {
    const placement = placementOf(pod);
    const event = findEvent(pod.events, ["NotTriggerScaleUp", "FailedScaleUp"], /quota/i);
    return placement === undefined || event === undefined ? undefined : { ...placement, event };
  },
  claim: (pod, { evidence, event }) => {
    const region = pod.observation.nodes
      ?.map(({ metadata }) => metadata?.labels?.["topology.kubernetes.io/region"])
      .find((name) => name !== undefined);
    return {
      title: "The subscription's quota does not allow another node",
      evidence: [...evidence, ...(evidence.includes(quoteEvent(event)) ? [] : [quoteEvent(event)])],
      mend: [
        run(
          "Show the quota, and request a higher one in the portal (Quotas):",
          `az vm list-usage --location ${region ?? "REGION"} --output table`,
        ),
      ],
    };
  },
});
