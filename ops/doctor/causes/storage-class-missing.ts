import { nearest } from "../nearest.ts";
import { editDistance } from "@tarmac/validate/editDistance";
import { placementOf } from "../facts/placement.ts";
import { claimsOf } from "../facts/volumeClaim.ts";
import { quoted, run } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

export const storageClassMissing = podCause({
  code: "storage-class-missing",
  stage: "place",
  recovery: "possible",
  over: ["volume-not-bound"],
  proof: (pod) => {
    const placement = placementOf(pod);
    const { classes } = pod.observation.storage ?? {};
    if (placement === undefined) return undefined;
    const found = claimsOf(pod).find(({ claim }) => {
      const name = claim?.spec?.storageClassName;
      return (
        claim?.status?.phase === "Pending" &&
        name !== undefined &&
        name !== "" &&
        classes?.every(({ metadata }) => metadata?.name !== name) === true
      );
    });
    if (found?.claim === undefined) return undefined;
    return { ...placement, claim: found.claim, name: found.claim.spec?.storageClassName ?? "", classes: classes ?? [] };
  },
  // A manually created volume binds by class name alone.
  contradiction: (pod, { name }) =>
    pod.observation.storage?.volumes?.some(({ spec }) => spec?.storageClassName === name) === true
      ? "a volume of this class exists"
      : undefined,
  claim: (pod, { evidence, claim, name, classes }) => {
    const claimName = claim.metadata?.name ?? "";
    const names = classes.map(({ metadata }) => metadata?.name ?? "");
    const near = nearest(name, names, 3);
    const standard = classes.find(
      ({ metadata }) => metadata?.annotations?.["storageclass.kubernetes.io/is-default-class"] === "true",
    )?.metadata?.name;
    const [first] = near;
    const meant = first !== undefined && editDistance(first, name) <= 3 ? first : (standard ?? first);
    const change = {
      metadata: { resourceVersion: null, uid: null, annotations: null, finalizers: null },
      spec: { storageClassName: meant ?? null, volumeName: null },
      status: null,
    };
    return {
      title: `The claim "${claimName}" names the StorageClass "${name}", which does not exist`,
      evidence: [
        ...evidence,
        `persistentvolumeclaim/${claimName} is Pending with storageClassName "${name}"`,
        names.length === 0 ? "the cluster has no StorageClass" : `existing StorageClasses: ${near.join(", ")}`,
      ],
      mend: [
        ...(meant === undefined
          ? [
              {
                say: "Install the storage driver that provides the class. Or, because a claim's class cannot be changed, delete the claim and create it again with a class that exists.",
              },
            ]
          : [
              run(
                `A claim's class cannot be changed, so create the claim again with "${meant}". It is not bound and holds no data:`,
                `kubectl get persistentvolumeclaim ${claimName} --namespace ${pod.namespace} --output json | kubectl patch --local --filename - --patch ${quoted(JSON.stringify(change))} --output json | kubectl replace --force --filename -`,
              ),
            ]),
      ],
    };
  },
});
