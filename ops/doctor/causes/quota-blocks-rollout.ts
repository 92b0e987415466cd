import type { ResourceQuota } from "../../cluster/kubernetesObjects.ts";
import type { OwnerFacts } from "../facts/ownerFacts.ts";
import type { Scene } from "../facts/scene.ts";
import { changedOwner } from "../fixes/changeOwner.ts";
import { replaceInsteadOfSurge, showQuota } from "../fixes/makeRoom.ts";
import { amount, mebibytes, millicores } from "../resourceAmount.ts";
import { sceneCause } from "./cause.ts";

interface Proof {
  owner: OwnerFacts;
  quota: string;
  resource: string;
  used: string;
  hard: string;
  needs: number;
}

/** All pods are healthy, but the quota has no room for the extra pod that the next rollout needs. */
export const quotaBlocksRollout = sceneCause({
  code: "quota-blocks-rollout",
  stage: "reach",
  recovery: "possible",
  proofs: ({ observation, owners }: Scene): Proof[] =>
    owners
      .filter(
        ({ kind, health, strategy }) => kind === "Deployment" && health === "well" && strategy?.type !== "Recreate",
      )
      .filter((owner) => startsWithExtraPod(owner))
      .flatMap((owner) => {
        const [shortage] = (observation.reach?.quotas ?? []).flatMap((quota) => shortageOf(quota, owner));
        return shortage === undefined ? [] : [shortage];
      }),
  claim: ({ observation: { target } }, { owner, quota, resource, used, hard, needs }) => ({
    title: `The next rollout of ${owner.ref} cannot start: the quota "${quota}" has no room for its extra pod (${resource}: ${used} of ${hard} used, ${shown(resource, needs)} more needed)`,
    affected: [owner.ref],
    evidence: [
      `resourcequota/${quota}: ${resource} ${used} of ${hard}`,
      `${owner.ref}: ${owner.has} of ${owner.wants} pods available, strategy ${JSON.stringify(owner.strategy ?? {})}`,
    ],
    mend: [
      ...replaceInsteadOfSurge(
        changedOwner(owner),
        owner.wants === 1
          ? "Let rollouts stop the old pod before they start the new one. With a single pod, each rollout is then a short outage:"
          : "Let rollouts stop an old pod before they start a new one:",
      ),
      showQuota(quota, target.namespace),
    ],
  }),
});

/** The amount as a quantity. */
const shown = (resource: string, needs: number): string =>
  /memory|storage/.test(resource) ? mebibytes(needs) : resource.endsWith("cpu") ? millicores(needs) : String(needs);

/**
 * With fewer than four pods and the default strategy, no pod may be unavailable, so a rollout begins with an extra pod.
 */
function startsWithExtraPod({ strategy, wants }: OwnerFacts): boolean {
  const count = (value: number | string | undefined, round: (number: number) => number): number => {
    const given = value ?? "25%";
    return typeof given === "number" ? given : round((Number.parseFloat(given) / 100) * wants);
  };
  return count(strategy?.maxUnavailable, Math.floor) === 0 && count(strategy?.maxSurge, Math.ceil) > 0 && wants > 0;
}

/** What a running pod of the owner uses of each resource in the quota, including LimitRange defaults. */
function shortageOf({ metadata, spec, status }: ResourceQuota, owner: OwnerFacts): Proof[] {
  if ((spec?.scopes ?? []).length > 0 || spec?.scopeSelector !== undefined) return [];
  const pod = owner.observation.pods.find((one) => owner.pods.includes(one.metadata?.name ?? ""));
  if (pod === undefined) return [];
  return Object.entries(status?.hard ?? {}).flatMap(([resource, hard]) => {
    const used = status?.used?.[resource] ?? "0";
    const needs = takes(pod, resource);
    // Cores are fractions: in thousandths, sums and differences are exact.
    const [has, taken, more] = [amount(hard) ?? Infinity, amount(used) ?? 0, needs].map((one) =>
      Math.round(one * 1000),
    );
    return needs > 0 && (taken ?? 0) + (more ?? 0) > (has ?? Infinity)
      ? [{ owner, quota: metadata?.name ?? "", resource, used, hard, needs }]
      : [];
  });
}

function takes({ spec }: OwnerFacts["observation"]["pods"][number], resource: string): number {
  if (resource === "pods" || resource === "count/pods") return 1;
  const name = resource.replace(/^(?:limits|requests)\./, "");
  const kind = resource.startsWith("limits.") ? "limits" : "requests";
  if (name === resource && !["cpu", "memory"].includes(name)) return 0;
  return (spec?.containers ?? []).reduce((sum, { resources }) => sum + (amount(resources?.[kind]?.[name]) ?? 0), 0);
}
