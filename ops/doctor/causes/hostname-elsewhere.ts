import { isPrivate, parseRange } from "@tarmac/validate/addressRange";
import type { Scene } from "../facts/scene.ts";
import { type ServedHost, servedHosts, servingAddresses } from "../facts/servedHosts.ts";
import type { ConnectionAnswer, HostLook } from "../observation.ts";
import { sceneCause } from "./cause.ts";

interface Proof extends ServedHost {
  look: HostLook;
}

function isInside(address: string): boolean {
  const range = parseRange(`${address}/32`);
  return range === undefined ? /^f[cd]/i.test(address) : isPrivate(range);
}

/** The DNS name of a route or an Ingress does not exist, or resolves to an address that does not serve it. */
/**
 * Whether clients that follow the name are certainly not served: nothing answers there, or a server with another
 * certificate, although this machine reaches the address where the host is served.
 */
function isUnserved({ addresses, answers = {} }: HostLook, here: readonly string[]): boolean {
  const is = (address: string, ...wanted: readonly ConnectionAnswer[]) =>
    wanted.some((answer) => answer === answers[address]);
  return (
    (addresses.every((address) => is(address, "closed")) && here.some((address) => is(address, "open", "other"))) ||
    (addresses.every((address) => is(address, "closed", "other")) && here.some((address) => is(address, "open")))
  );
}

/** The DNS name of a route or an Ingress does not exist, or resolves to an address that does not serve it. */
export const hostnameElsewhere = sceneCause({
  code: "hostname-elsewhere",
  stage: "reach",
  recovery: "possible",
  proofs: ({ observation }: Scene): Proof[] =>
    servedHosts(observation).flatMap((served) => {
      const { hosts = {} } = observation.reach ?? {};
      const look = hosts[served.host];
      const here = servingAddresses(served, hosts);
      if (look === undefined || here === undefined) return [];
      if (look.addresses.length === 0)
        // A private zone may be for private networks only, of which this machine need not be part.
        return here.every(isInside) ? [] : [{ ...served, look }];
      return isUnserved(look, here) ? [{ ...served, look }] : [];
    }),
  claim: (_, { ref, host, addresses, port, look: { addresses: found, aliases = [], answers = {} } }) => {
    const type = addresses.every((address) => /^[\d.]+$/.test(address)) ? "A" : "CNAME or AAAA";
    const other = found.some((address) => answers[address] === "other");
    const there = other ? `a server without a certificate for it answers` : `nothing answers on port ${port}`;
    return {
      title:
        found.length === 0
          ? `The name "${host}" of ${ref} does not exist in DNS, so no client finds it`
          : `The name "${host}" of ${ref} resolves to ${found.join(", ")}, where ${there}, and it is served at ${addresses.join(", ")}`,
      affected: [ref],
      evidence: [
        `${ref} is served at ${addresses.join(", ")}`,
        found.length === 0
          ? `the name servers of this machine know no "${host}"`
          : `the name servers of this machine resolve "${host}" to ${found.join(", ")}${aliases.length === 0 ? "" : ` (by ${aliases.join(", ")})`}`,
        ...Object.entries(answers).map(([address, answer]) => `connection to ${address} port ${port}: ${said[answer]}`),
      ],
      mend: [
        { say: `Point the name to ${addresses.join(", ")}: a record of type ${type} in the zone of "${host}".` },
        ...(found.length === 0
          ? [
              {
                say: "If the zone is a private one, this machine may not see it: then look it up from a machine that does.",
              },
            ]
          : []),
      ],
    };
  },
});

const said: Record<ConnectionAnswer, string> = {
  open: "accepted",
  other: "accepted, by a server without a certificate for this host",
  closed: "not accepted",
};
