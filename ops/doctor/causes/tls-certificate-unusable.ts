import type { Scene } from "../facts/scene.ts";
import { covers, type TlsUse, tlsUsesOf } from "../facts/tlsUses.ts";
import { unmet } from "../facts/unmetCondition.ts";
import { run } from "../fixes/changeOwner.ts";
import { sceneCause, type Step } from "./cause.ts";

interface Proof extends TlsUse {
  fault: string;
  /** Name of the cert-manager Certificate that fills the Secret. */
  certificate?: string;
}

/** The certificate Secret of a Gateway or an Ingress is missing, expired, for another host, or not a certificate. */
export const tlsCertificateUnusable = sceneCause({
  code: "tls-certificate-unusable",
  stage: "reach",
  recovery: "possible",
  proofs: (scene: Scene): Proof[] => {
    const { reach } = scene.observation;
    return tlsUsesOf(scene).flatMap((use) => {
      const certificate = reach?.certificates?.find(({ spec }) => spec?.secretName === use.secret);
      // If cert-manager is still issuing it, or reports why it cannot, that is the cause.
      if (unmet(certificate?.status?.conditions, ["Ready"]) !== undefined) return [];
      const fault = faultOf(use, scene.now);
      const name = certificate?.metadata?.name;
      return fault === undefined ? [] : [{ ...use, fault, ...(name === undefined ? {} : { certificate: name }) }];
    });
  },
  claim: ({ observation: { target } }, { ref, secret, hosts, look, fault, certificate }) => ({
    title: `The certificate of ${ref}, in the Secret "${secret}", ${fault}`,
    affected: [ref],
    evidence: [
      ...(hosts.length === 0 ? [] : [`hosts that ${ref} serves with it: ${hosts.join(", ")}`]),
      look.until === undefined
        ? look.exists
          ? `the Secret "${secret}" has no certificate in tls.crt`
          : `there is no Secret "${secret}" in namespace "${target.namespace}"`
        : `it is valid from ${look.from} until ${look.until}, for ${(look.names ?? []).join(", ") || "no DNS name"}, issued by ${look.issuer}`,
    ],
    mend: fixes(target.namespace, secret, certificate, look.exists),
  }),
});

function faultOf({ look, hosts }: TlsUse, now: number): string | undefined {
  if (!look.exists) return "does not exist";
  if (look.until === undefined) return "cannot be read";
  if (Date.parse(look.until) < now) return `has expired on ${look.until.slice(0, 10)}`;
  if (Date.parse(look.from ?? "") > now) return `is valid only from ${look.from?.slice(0, 10)} on`;
  const other = hosts.find((host) => !(look.names ?? []).some((name) => covers(name, host)));
  return other === undefined ? undefined : `is not for the host "${other}"`;
}

function fixes(namespace: string, secret: string, certificate: string | undefined, exists: boolean): Step[] {
  if (certificate !== undefined)
    return [
      run(
        "Show why cert-manager has not renewed it:",
        `kubectl describe certificate ${certificate} --namespace ${namespace}`,
      ),
    ];
  const create = `kubectl create secret tls ${secret} --namespace ${namespace} --cert=FILE.crt --key=FILE.key`;
  const command = exists ? `${create} --dry-run=client --output json | kubectl apply --filename -` : create;
  return [
    {
      say: exists ? "Replace it with a new certificate:" : "Create it from your certificate and its key:",
      command,
      fill: ["FILE"],
    },
    { say: "Or let cert-manager issue and renew it: a Certificate with this secretName." },
  ];
}
