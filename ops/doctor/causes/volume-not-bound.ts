import { placementOf } from "../facts/placement.ts";
import { claimsOf } from "../facts/volumeClaim.ts";
import { eventsOf, quoteEvent } from "../facts/eventFacts.ts";
import { run } from "../fixes/changeOwner.ts";
import { useFewerDisks } from "../fixes/generalAdvice.ts";
import { addNodes } from "../fixes/lookFurther.ts";
import { amount } from "../resourceAmount.ts";
import { podCause } from "./cause.ts";

const kinds = [
  "claim-unbound",
  "claim-missing",
  "claim-lost",
  "claim-deleting",
  "class-missing",
  "volume-none",
  "volume-limit",
];

export const volumeNotBound = podCause({
  code: "volume-not-bound",
  stage: "place",
  recovery: "possible",
  proof: (pod) => {
    const placement = placementOf(pod);
    const reason = placement?.verdict.reasons.find(({ kind }) => kinds.includes(kind));
    return placement === undefined || reason === undefined ? undefined : { ...placement, reason };
  },
  claim: (pod, { evidence, reason }) => {
    const claims = claimsOf(pod);
    const waiting = claims.find(({ claim }) => claim?.status?.phase !== "Bound") ?? claims[0];
    const name = reason.name ?? waiting?.name ?? "";
    const { classes } = pod.observation.storage ?? {};
    const ofClass = waiting?.claim?.spec?.storageClassName;
    const noDefault =
      waiting?.claim !== undefined &&
      ofClass === undefined &&
      classes?.some(
        ({ metadata }) => metadata?.annotations?.["storageclass.kubernetes.io/is-default-class"] === "true",
      ) === false;
    const told = eventsOf(pod.observation, waiting?.claim?.metadata?.uid, waiting?.name ?? "").filter(
      ({ involvedObject }) => involvedObject.kind === "PersistentVolumeClaim",
    );
    const why: Partial<Record<typeof reason.kind, string>> = {
      "claim-deleting": "is being deleted",
      "claim-lost": "is bound to a volume that no longer exists",
      "volume-none": "finds no volume that suits the node",
    };
    const failed = told.find(({ reason: why }) => why === "ProvisioningFailed")?.message;
    const refused =
      failed === undefined ? undefined : `has no volume, because its driver cannot create one: ${plainly(failed)}`;
    const limit = reason.kind === "volume-limit";
    const free = (pod.observation.storage?.volumes ?? []).filter(
      ({ spec }) => spec?.claimRef === undefined && spec?.storageClassName === ofClass,
    );
    const { resources, accessModes = [] } = waiting?.claim?.spec ?? {};
    const size = amount(resources?.requests?.storage) ?? 0;
    const described = (size: string | undefined, modes: readonly string[] | undefined) =>
      `${size ?? "?"} ${(modes ?? []).join("+")}`;
    const fits = ({ spec }: (typeof free)[number]) =>
      (amount(spec?.capacity?.storage) ?? Infinity) >= size &&
      accessModes.every((mode) => spec?.accessModes?.includes(mode) ?? true);
    const unfit =
      free.length === 0 || free.some(fits)
        ? undefined
        : `requests ${described(resources?.requests?.storage, accessModes)}, and the free volumes of its class have ${free.map(({ spec }) => described(spec?.capacity?.storage, spec?.accessModes)).join(", ")}`;
    return {
      title: limit
        ? "The pod needs one disk more than any node may have attached"
        : `The claim "${name}" ${why[reason.kind] ?? refused ?? unfit ?? (noDefault ? "names no StorageClass, and the cluster has no default one" : "has no volume yet")}`,
      evidence: [
        ...evidence,
        ...(waiting?.claim === undefined
          ? []
          : [`persistentvolumeclaim/${waiting.name} is ${waiting.claim.status?.phase} (class "${ofClass ?? ""}")`]),
        ...told.slice(0, 2).map(quoteEvent),
        ...(noDefault && classes !== undefined
          ? [`existing StorageClasses: ${classes.map(({ metadata }) => metadata?.name).join(", ") || "none"}`]
          : []),
      ],
      mend: [
        ...(reason.kind === "claim-deleting"
          ? [
              {
                say: `The claim "${name}" is deleted once no pod uses it. Then create it again, or let the pod use another claim: a deletion cannot be undone.`,
              },
            ]
          : []),
        ...(/AuthorizationFailed|does not have authorization/.test(failed ?? "")
          ? [
              {
                say: "The cluster's identity lacks a role: grant it the action that the message names, at the resource group in which the driver creates the volume.",
              },
            ]
          : []),
        ...(limit
          ? [useFewerDisks, addNodes(pod)]
          : [
              run(
                "Show what the claim is waiting for:",
                `kubectl describe persistentvolumeclaim ${name} --namespace ${pod.namespace}`,
              ),
              {
                say: "A claim is bound by a StorageClass that creates its volume, or by a PersistentVolume of the same class, size and access mode that already exists.",
              },
            ]),
      ],
    };
  },
});

/** Without the wrappers of gRPC and of the driver's clients around the reason. */
const plainly = (message: string): string =>
  message
    .replace(/^failed to provision volume with StorageClass "[^"]*": /, "")
    .replace(/^(?:rpc error: code = \w+ desc = )+/, "")
    .replace(/\s+/g, " ")
    .slice(0, 240);
