import type { Ingress } from "../../cluster/kubernetesObjects.ts";
import type { Scene } from "../facts/scene.ts";
import { settleMilliseconds } from "../facts/serviceFacts.ts";
import { mergePatch } from "../fixes/patchObject.ts";
import { closeOrOnly } from "../nearest.ts";
import { sceneCause } from "./cause.ts";

interface Proof {
  ingress: Ingress;
  wanted: string | undefined;
  classes: string[];
}

/** An Ingress without a controller: its class does not exist, or it names none and the cluster has no default. */
export const ingressClassMissing = sceneCause({
  code: "ingress-class-missing",
  stage: "reach",
  recovery: "possible",
  proofs: ({ observation: { reach }, now }: Scene): Proof[] =>
    (reach?.ingresses ?? []).flatMap((ingress) => {
      const classes = reach?.ingressClasses;
      const wanted = ingress.spec?.ingressClassName;
      const served = (ingress.status?.loadBalancer?.ingress ?? []).length > 0;
      // Controllers older than Kubernetes 1.18 read only this annotation.
      const old = ingress.metadata?.annotations?.["kubernetes.io/ingress.class"] !== undefined;
      const young = now - Date.parse(ingress.metadata?.creationTimestamp ?? "") < settleMilliseconds;
      if (classes === undefined || served || old || young) return [];
      return wanted !== undefined && classes.includes(wanted) ? [] : [{ ingress, wanted, classes }];
    }),
  claim: ({ observation: { target } }, { ingress, wanted, classes }) => {
    const name = ingress.metadata?.name ?? "";
    const ref = `ingress/${name}`;
    const near = closeOrOnly(wanted ?? "", classes);
    return {
      title:
        wanted === undefined
          ? `The Ingress "${name}" names no class, and no controller has taken it`
          : `The Ingress "${name}" requests the class "${wanted}", which the cluster does not have`,
      affected: [ref],
      evidence: [`IngressClasses of the cluster: ${classes.join(", ") || "none"}`, `${ref} has no address`],
      mend:
        near === undefined
          ? [
              {
                say:
                  classes.length > 0
                    ? `Name the class that is meant (ingressClassName): ${classes.join(" or ")}.`
                    : "Install an ingress controller and name its class. On AKS, application routing with the Gateway API is the supported way: use a Gateway and an HTTPRoute.",
              },
            ]
          : [mergePatch(`Use the class "${near}":`, ref, target.namespace, { spec: { ingressClassName: near } })],
    };
  },
});
