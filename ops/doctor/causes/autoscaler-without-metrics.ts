import type { HorizontalPodAutoscaler } from "../../cluster/kubernetesObjects.ts";
import type { OwnerFacts } from "../facts/ownerFacts.ts";
import type { Scene } from "../facts/scene.ts";
import { changedOwner, configure, run, setResource } from "../fixes/changeOwner.ts";
import { mergePatch } from "../fixes/patchObject.ts";
import { closeOrOnly } from "../nearest.ts";
import type { Step } from "./cause.ts";
import { sceneCause } from "./cause.ts";

/** Usual time until metrics of new pods are available, in milliseconds. */
const usual = 90_000;

interface Proof {
  autoscaler: HorizontalPodAutoscaler;
  reason: string;
  message: string;
  owner: OwnerFacts | undefined;
}

/** An autoscaler that cannot work: it has no metrics, no request to compare with, or no target. */
export const autoscalerWithoutMetrics = sceneCause({
  code: "autoscaler-without-metrics",
  stage: "reach",
  recovery: "possible",
  proofs: ({ observation, owners, now }: Scene): Proof[] =>
    (observation.reach?.autoscalers ?? []).flatMap((autoscaler) => {
      const failed = autoscaler.status?.conditions?.find(
        ({ type, status, reason }) =>
          status === "False" &&
          ((type === "ScalingActive" && reason !== "ScalingDisabled") ||
            (type === "AbleToScale" && reason === "FailedGetScale")),
      );
      const age = now - Date.parse(autoscaler.metadata?.creationTimestamp ?? "");
      const { name = "", kind = "" } = autoscaler.spec?.scaleTargetRef ?? {};
      const owner = owners.find((one) => one.kind === kind && one.name === name);
      const certain = failed?.reason === "FailedGetScale" || /missing request for/.test(failed?.message ?? "");
      if (failed === undefined || (age < usual && !certain)) return [];
      return [{ autoscaler, reason: failed.reason ?? "", message: failed.message ?? "", owner }];
    }),
  claim: ({ observation: { target, reach }, owners }, { autoscaler, reason, message, owner }) => {
    const name = autoscaler.metadata?.name ?? "";
    const { name: wanted = "", kind = "" } = autoscaler.spec?.scaleTargetRef ?? {};
    const missing = /missing request for (\w+)(?: in container (\S+))?/.exec(message);
    const ref = `horizontalpodautoscaler/${name}`;
    const about = { affected: [ref], evidence: [`condition of ${ref}: ${reason}: ${message}`] };
    if (reason === "FailedGetScale" && owner === undefined && /not found/.test(message)) {
      const scaled = (reach?.autoscalers ?? []).map((one) => one.spec?.scaleTargetRef);
      const near = closeOrOnly(
        wanted,
        owners
          .filter((one) => one.kind === kind && !scaled.some((ref) => ref?.kind === kind && ref.name === one.name))
          .map((one) => one.name),
      );
      const patch = { spec: { scaleTargetRef: { name: near } } };
      return {
        ...about,
        title: `The autoscaler "${name}" scales the ${kind} "${wanted}", which does not exist`,
        mend:
          near === undefined
            ? [{ say: `Create the ${kind} "${wanted}", or delete the autoscaler.` }]
            : [mergePatch(`Let it scale "${near}":`, ref, target.namespace, patch)],
      };
    }
    if (missing !== null && owner !== undefined) {
      const [, resource = "cpu", inContainer] = missing;
      const without = (owner.template?.spec?.containers ?? []).filter(
        ({ name: one, resources }) =>
          (inContainer === undefined || one === inContainer) && resources?.requests?.[resource] === undefined,
      );
      const value = resource === "memory" ? "128Mi" : "100m";
      return {
        ...about,
        title: `The autoscaler "${name}" cannot compute a share of the ${resource} request: ${without.map((one) => `container "${one.name}"`).join(", ") || "a container"} has none`,
        mend: without.flatMap((one): Step[] =>
          setResource(
            changedOwner(owner),
            one.name,
            `Set a ${resource} request for "${one.name}", about what it normally uses:`,
            "requests",
            resource,
            value,
          ),
        ),
      };
    }
    return {
      ...about,
      title: `The autoscaler "${name}" ${/metric/i.test(reason + message) ? "gets no metrics" : "cannot scale"}: ${message.replace(/\s+/g, " ").slice(0, 160)}`,
      mend: [
        ...(/metric/i.test(reason + message)
          ? [
              run("Does the cluster have a metrics API that answers?", "kubectl get apiservice v1beta1.metrics.k8s.io"),
              run("Does it know the pods?", `kubectl top pods --namespace ${target.namespace}`),
            ]
          : [run("Show its conditions and events:", `kubectl describe ${ref} --namespace ${target.namespace}`)]),
        ...(target.stack === undefined
          ? []
          : [run("Until then, a fixed number of pods:", configure(target.stack, { key: "replicas", value: "3" }))]),
      ],
    };
  },
});
