import { amount, mebibytes } from "../resourceAmount.ts";
import { findEvent, quoteEvent } from "../facts/eventFacts.ts";
import { changedBy, changePod, setResource } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

export const storageLimitExceeded = podCause({
  code: "storage-limit-exceeded",
  stage: "run",
  recovery: "possible",
  over: ["rejected-by-node", "application-error"],
  proof: ({ pod, events }) => {
    const event = findEvent(events, ["Evicted"]);
    const message = pod.status?.reason === "Evicted" ? (pod.status.message ?? "") : (event?.message ?? "");
    const volume = /Usage of EmptyDir volume "([^"]+)" exceeds the limit "([^"]+)"/.exec(message);
    const local = /ephemeral[- ](?:local )?storage.*exceeds|exceeded its local ephemeral storage limit/i.test(message);
    const container = /Container (\S+) exceeded its local ephemeral storage limit/.exec(message)?.[1];
    return volume === null && !local
      ? undefined
      : { volume: volume?.[1], limit: volume?.[2], container, message, event };
  },
  claim: (pod, { volume, limit, container: named, message, event }) => {
    const container = pod.containers.find(({ name, spec }) =>
      named === undefined ? spec.resources?.limits?.["ephemeral-storage"] !== undefined : name === named,
    );
    const own = container?.spec.resources?.limits?.["ephemeral-storage"];
    const doubled = (quantity: string | undefined, factor: number) =>
      mebibytes((amount(quantity) ?? 128 * 2 ** 20) * factor);
    const changed = changedBy(pod);
    return {
      title:
        volume === undefined
          ? `The pod exceeded its limit of ephemeral storage${own === undefined ? "" : ` (${own})`}`
          : `The volume "${volume}" exceeded its limit of ${limit}`,
      evidence: [
        `pod/${pod.podName} was evicted: ${message.trim()}`,
        ...(event === undefined ? [] : [quoteEvent(event)]),
      ],
      mend: [
        {
          say: "Delete temporary files or store them elsewhere, and write logs to standard output. What is written into emptyDir volumes counts, too.",
        },
        ...(volume !== undefined
          ? changePod(
              changed,
              "Or raise the volume's limit.",
              { volumes: [{ name: volume, emptyDir: { sizeLimit: doubled(limit, 16) } }] },
              volume === "tmp" ? { key: "tmpSize", value: "256Mi" } : undefined,
            )
          : container === undefined
            ? []
            : setResource(
                changed,
                container.name,
                "Or raise the limit of ephemeral storage.",
                "limits",
                "ephemeral-storage",
                doubled(own, 10),
              )),
      ],
    };
  },
});
