import type { OwnerFacts } from "../facts/ownerFacts.ts";
import type { Scene } from "../facts/scene.ts";
import { servicesOf, type ServiceFacts, settleMilliseconds, shownLabels } from "../facts/serviceFacts.ts";
import { quoted, run } from "../fixes/changeOwner.ts";
import { restoreObject } from "../fixes/restoreObject.ts";
import { isAlike } from "../nearest.ts";
import { sceneCause } from "./cause.ts";

export const serviceSelectsNoPods = sceneCause({
  code: "service-selects-no-pods",
  stage: "reach",
  recovery: "possible",
  proofs: (scene) =>
    servicesOf(scene)
      .filter(({ endpoints, owners, age }) => endpoints === 0 && owners.length === 0 && age > settleMilliseconds)
      .map((service) => ({ service, meant: meantBy(scene, service) })),
  claim: ({ observation }, { service: { ref, namespace, selector, name }, meant }) => {
    const labels = meant?.template?.metadata?.labels ?? {};
    return {
      title:
        meant === undefined
          ? `The Service "${name}" selects pods with ${shownLabels(selector)}, and there are none`
          : `The Service "${name}" selects ${shownLabels(selector)}, and the pods of ${meant.ref} have ${shownLabels(labels)}: it has no endpoints`,
      affected: [ref],
      evidence: [
        `selector of ${ref}: ${shownLabels(selector)}`,
        `its EndpointSlices have no endpoint`,
        ...ownersWithPods(observation.target.selector, meant),
      ],
      mend:
        meant === undefined
          ? [
              run(
                "Compare the selector with the labels of the pods:",
                `kubectl get pods --namespace ${namespace} --show-labels`,
              ),
              { say: "Give the Service the labels of the pods that it is for, or create these pods." },
            ]
          : observation.target.stack !== undefined
            ? [restoreObject(observation.target.stack, "the selector and the labels")]
            : [
                run(
                  "Give the Service the labels of these pods:",
                  `kubectl patch ${ref} --namespace ${namespace} --patch ${quoted(JSON.stringify({ spec: { selector: corrected(selector, labels) } }))}`,
                ),
              ],
    };
  },
});

function ownersWithPods(selector: string, meant: OwnerFacts | undefined): string[] {
  if (meant === undefined) return [];
  return [
    `labels of the pods of ${meant.ref}: ${shownLabels(meant.template?.metadata?.labels ?? {})}`,
    ...(selector === "" ? [] : [`looked at pods with ${selector}`]),
  ];
}

/** The owner that the selector is most likely meant for: most matching labels, else the most similar name. */
function meantBy({ owners }: Scene, { selector, name }: ServiceFacts): OwnerFacts | undefined {
  const candidates = owners.filter(({ kind }) =>
    ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"].includes(kind),
  );
  const scored = candidates
    .map((owner) => {
      const labels = owner.template?.metadata?.labels ?? {};
      const alike = Object.entries(selector).filter(([key, value]) => labels[key] === value).length;
      const near = Object.values(selector).some((value) =>
        Object.values(labels).some((label) => isAlike(value, label)),
      );
      return { owner, score: alike * 3 + (owner.name === name ? 2 : 0) + (near ? 1 : 0) };
    })
    .filter(({ score }) => score > 0)
    .toSorted((left, right) => right.score - left.score);
  return scored[0]?.owner ?? (candidates.length === 1 ? candidates[0] : undefined);
}

/** A merge patch with the pods' values, and null for labels that they lack. */
function corrected(selector: Record<string, string>, labels: Record<string, string>): Record<string, string | null> {
  const wrong = Object.entries(selector).filter(([key, value]) => labels[key] !== value);
  const patch = Object.fromEntries(wrong.map(([key]) => [key, labels[key] ?? null]));
  const kept = Object.keys(selector).length - wrong.length;
  const replaced = Object.values(patch).some((value) => value !== null);
  if (kept > 0 || replaced) return patch;
  // None of its keys is a label of the pods: select by the label that identifies them best.
  const key = ["app.kubernetes.io/name", "app", "k8s-app", "name"].find((one) => labels[one] !== undefined);
  const [first] = Object.keys(labels).filter((one) => one !== "pod-template-hash");
  const best = key ?? first;
  return best === undefined ? patch : { ...patch, [best]: labels[best] ?? null };
}
