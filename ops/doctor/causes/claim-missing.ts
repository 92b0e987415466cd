import { closeEnough } from "../nearest.ts";
import { placementOf } from "../facts/placement.ts";
import { claimsOf } from "../facts/volumeClaim.ts";
import { changedBy, changePod, quoted, run } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

export const claimMissing = podCause({
  code: "claim-missing",
  stage: "place",
  recovery: "possible",
  over: ["volume-not-bound"],
  proof: (pod) => {
    const placement = placementOf(pod);
    const reason = placement?.verdict.reasons.find(({ kind }) => kind === "claim-missing");
    const absent = claimsOf(pod).find(({ exists }) => exists === false);
    const name = reason?.name ?? absent?.name;
    return placement === undefined || name === undefined ? undefined : { ...placement, name };
  },
  contradiction: (pod, { name }) =>
    claimsOf(pod).find((one) => one.name === name)?.exists === true ? "the claim exists by now" : undefined,
  claim: (pod, { evidence, name }) => {
    const existing = (pod.observation.storage?.claims ?? []).map(({ metadata }) => metadata?.name ?? "");
    const meant = closeEnough(name, existing);
    const volume = pod.pod.spec?.volumes?.find(
      ({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === name,
    )?.name;
    const manifest = {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name, namespace: pod.namespace },
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
    };
    return {
      title: `The claim (PersistentVolumeClaim) "${name}" does not exist in namespace "${pod.namespace}"`,
      evidence: [
        ...evidence,
        ...(existing.length === 0 ? [] : [`existing claims: ${existing.slice(0, 5).join(", ")}`]),
      ],
      mend: [
        ...(meant === undefined || volume === undefined
          ? []
          : changePod(changedBy(pod), "Correct the name:", {
              volumes: [{ name: volume, persistentVolumeClaim: { claimName: meant } }],
            })),
        run(
          "Or create it, with the size and the class that the data needs (here: 1 GiB of the default class):",
          `echo ${quoted(JSON.stringify(manifest))} | kubectl create --filename -`,
        ),
      ],
    };
  },
});
