/** The certificate Secrets of Gateways and Ingresses, and their hosts. */
import type { CertificateLook } from "../observation.ts";
import type { Scene } from "./scene.ts";

export interface TlsUse {
  /** e.g. "gateway/web". */
  ref: string;
  secret: string;
  hosts: string[];
  look: CertificateLook;
}

export function tlsUsesOf({ observation: { reach, target } }: Scene): TlsUse[] {
  const uses = [
    ...(reach?.ingresses ?? []).flatMap(({ metadata, spec }) =>
      (spec?.tls ?? []).map(({ secretName, hosts }) => ({
        ref: `ingress/${metadata?.name}`,
        secret: secretName,
        hosts: hosts ?? [],
      })),
    ),
    ...(reach?.gateways ?? []).flatMap(({ metadata, spec }) =>
      (spec?.listeners ?? []).flatMap(({ tls, hostname }) =>
        (tls?.certificateRefs ?? [])
          .filter(({ namespace = target.namespace }) => namespace === target.namespace)
          .map(({ name }) => ({
            ref: `gateway/${metadata?.name}`,
            secret: name,
            hosts: hostname === undefined ? [] : [hostname],
          })),
      ),
    ),
  ];
  return uses.flatMap(({ secret, ...use }) => {
    const look = secret === undefined ? undefined : reach?.tls?.[secret];
    return secret === undefined || look === undefined ? [] : [{ ...use, secret, look }];
  });
}

/** RFC 6125: a wildcard stands for one label. */
export const covers = (name: string, host: string): boolean =>
  name.toLowerCase() === host.toLowerCase() ||
  (name.startsWith("*.") && host.slice(host.indexOf(".")).toLowerCase() === name.slice(1).toLowerCase());
