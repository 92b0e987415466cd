import { isPrivate, parseRange } from "@tarmac/validate/addressRange";
import type { Scene } from "../facts/scene.ts";
import { isHostName, type ServedHost, servedHosts } from "../facts/servedHosts.ts";
import type { HostLook } from "../observation.ts";
import { sceneCause } from "./cause.ts";

interface Proof extends ServedHost {
  look: HostLook;
}

/** Services in front of the cluster that a name may point to. */
const inFront =
  /\.(?:azurefd\.net|azureedge\.net|trafficmanager\.net|cloudfront\.net|cloudflare\.net|fastly\.net|akamai\w*\.net|edgekey\.net)\.?$/;

function isInside(address: string): boolean {
  const range = parseRange(`${address}/32`);
  return range === undefined ? /^f[cd]/i.test(address) : isPrivate(range);
}

/** The DNS name of a route or an Ingress does not exist, or resolves to an address that does not serve it. */
export const hostnameElsewhere = sceneCause({
  code: "hostname-elsewhere",
  stage: "reach",
  recovery: "possible",
  proofs: ({ observation }: Scene): Proof[] =>
    servedHosts(observation).flatMap((served) => {
      const { hosts } = observation.reach ?? {};
      const look = hosts?.[served.host];
      if (look === undefined || look.aliases?.some((alias) => inFront.test(alias)) === true) return [];
      if (served.addresses.some((address) => isHostName(address) && hosts?.[address] === undefined)) return [];
      // For a load balancer with only a host name, compare with the addresses of that name.
      const here = served.addresses.flatMap((address) => hosts?.[address]?.addresses ?? address);
      // A private zone may be for private networks only, of which this machine need not be part.
      if (here.every(isInside) && !look.addresses.some(isInside)) return [];
      return look.addresses.some((address) => here.includes(address)) ? [] : [{ ...served, look }];
    }),
  claim: (_, { ref, host, addresses, look: { addresses: found, aliases = [] } }) => {
    const type = addresses.every((address) => /^[\d.]+$/.test(address)) ? "A" : "CNAME or AAAA";
    return {
      title:
        found.length === 0
          ? `The name "${host}" of ${ref} does not exist in DNS, so no client finds it`
          : `The name "${host}" of ${ref} leads to ${found.join(", ")}, and it is served at ${addresses.join(", ")}`,
      affected: [ref],
      evidence: [
        `${ref} is served at ${addresses.join(", ")}`,
        found.length === 0
          ? `the name servers of this machine know no "${host}"`
          : `the name servers of this machine resolve "${host}" to ${found.join(", ")}${aliases.length === 0 ? "" : ` (by ${aliases.join(", ")})`}`,
      ],
      mend: [
        { say: `Point the name to ${addresses.join(", ")}: a record of type ${type} in the zone of "${host}".` },
        ...(found.length === 0
          ? [
              {
                say: "If the zone is a private one, this machine may not see it: then look it up from a machine that does.",
              },
            ]
          : [
              { say: "If something in front of the cluster is meant to answer there, such as a proxy, this is right." },
            ]),
      ],
    };
  },
});
