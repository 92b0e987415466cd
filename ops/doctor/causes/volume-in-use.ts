import { placementBy } from "../facts/placement.ts";
import { mountFailures } from "../facts/mountFailure.ts";
import type { PodFacts } from "../facts/podFacts.ts";
import { quoteEvent } from "../facts/eventFacts.ts";
import { claimsOf } from "../facts/volumeClaim.ts";
import { isRollout, oneReplica, recreate } from "../fixes/makeRoom.ts";
import { podCause } from "./cause.ts";

export const volumeInUse = podCause({
  code: "volume-in-use",
  stage: "place",
  recovery: "possible",
  over: ["volume-not-bound", "volume-not-mounted"],
  proof: (pod) => {
    const placement = placementBy(pod, "volume-in-use");
    if (placement !== undefined) return { evidence: placement.evidence, words: placement.main.words };
    const failure = mountFailures(pod.events)[0];
    return failure?.kind === "in-use" ? { evidence: [quoteEvent(failure.event)], words: failure.words } : undefined;
  },
  claim: (pod, { evidence, words }) => {
    const users = usersOf(pod, words);
    const claims = claimsOf(pod);
    const used = claims.find((one) => one.users.length > 0) ?? claims[0];
    const modes = used?.claim?.spec?.accessModes?.join(", ");
    const rollout = isRollout(pod);
    return {
      title: `The volume of claim "${used?.name ?? "?"}" is in use by ${users.join(", ") || "another pod"}, and allows no second pod${words.includes("Multi-Attach") ? " on another node" : ""}`,
      evidence: [...evidence, ...(modes === undefined ? [] : [`access modes of the claim "${used?.name}": ${modes}`])],
      mend: [
        ...(rollout
          ? recreate(pod, "Let the rollout stop the old pod before it starts the new one:")
          : oneReplica(pod, "Run one pod:")),
        ...(rollout ? [] : recreate(pod, "And let rollouts stop the old pod before they start the new one:")),
        {
          say: "Or use a volume that several pods can mount (ReadWriteMany, such as the class azurefile-csi), or a StatefulSet, which gives each pod a volume of its own.",
        },
      ],
    };
  },
});

function usersOf(pod: PodFacts, words: string): string[] {
  const named = /used by pod\(s\) (.+)$/.exec(words)?.[1]?.split(/,\s*/) ?? [];
  const seen = claimsOf(pod).flatMap(({ users }) => users.map(({ metadata }) => metadata?.name ?? ""));
  return [...new Set([...seen, ...named])].map((name) => `pod/${name}`);
}
