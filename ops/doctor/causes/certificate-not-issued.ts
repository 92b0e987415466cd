import type { Certificate, StatusCondition } from "../../cluster/kubernetesObjects.ts";
import type { Scene } from "../facts/scene.ts";
import { quoteCondition, unmet } from "../facts/unmetCondition.ts";
import { run } from "../fixes/changeOwner.ts";
import { sceneCause } from "./cause.ts";

/** Usual upper limit for an order, in milliseconds. */
const usual = 3 * 60_000;

interface Proof {
  certificate: Certificate;
  condition: StatusCondition;
}

/** cert-manager itself reports why a certificate is not ready: its issuer is missing, or the order fails. */
export const certificateNotIssued = sceneCause({
  code: "certificate-not-issued",
  stage: "reach",
  recovery: "possible",
  proofs: ({ observation: { reach }, now }: Scene): Proof[] =>
    (reach?.certificates ?? []).flatMap((certificate) => {
      const conditions = certificate.status?.conditions;
      const failed = conditions?.find(
        ({ type, status, reason }) => type === "Issuing" && status === "False" && reason === "Failed",
      );
      const unready = unmet(conditions, ["Ready"]);
      const age = now - Date.parse(certificate.metadata?.creationTimestamp ?? "");
      const condition = failed ?? (age > usual ? unready : undefined);
      return condition === undefined || unready === undefined ? [] : [{ certificate, condition }];
    }),
  claim: ({ observation: { target } }, { certificate: { metadata, spec }, condition }) => {
    const name = metadata?.name ?? "";
    const { name: issuer = "", kind = "Issuer" } = spec?.issuerRef ?? {};
    const { namespace } = target;
    const of = kind === "ClusterIssuer" ? "" : ` --namespace ${namespace}`;
    return {
      title: `cert-manager has not issued the certificate "${name}" for ${(spec?.dnsNames ?? []).join(", ")}: ${(condition.message ?? condition.reason ?? "").replace(/\s+/g, " ").slice(0, 160)}`,
      affected: [`certificate/${name}`],
      evidence: [quoteCondition(`certificate/${name}`, condition), `issuer: ${kind} "${issuer}"`],
      mend: [
        run("Is the issuer ready?", `kubectl describe ${kind.toLowerCase()} ${issuer}${of}`),
        run(
          "What does the certificate authority answer? An HTTP-01 challenge has to be reached from the internet on port 80:",
          `kubectl describe certificaterequests,orders,challenges --namespace ${namespace}`,
        ),
      ],
    };
  },
});
