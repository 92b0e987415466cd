/** Looks up the names of routes and Ingresses, as the doctor's machine resolves them. */
import { Resolver } from "node:dns/promises";
import type { HostLook, ReachLook } from "../observation.ts";

/** What is asked of a resolver, so that tests answer instead. */
export type AskDns = Pick<Resolver, "resolve4" | "resolve6" | "resolveCname">;

/** Names asked at most: each is a few requests. */
const most = 20;

/** Names of routes and Ingresses that have an address to compare with; wildcards are no names. */
export function servedHosts({ httpRoutes = [], gateways = [], ingresses = [] }: ReachLook): ServedHost[] {
  const ofRoutes = httpRoutes.flatMap(({ metadata, spec }) => {
    const addresses = (spec?.parentRefs ?? []).flatMap(({ name }) =>
      (gateways.find((gateway) => gateway.metadata?.name === name)?.status?.addresses ?? []).map(({ value }) => value),
    );
    return (spec?.hostnames ?? []).map((host) => ({ ref: `httproute/${metadata?.name}`, host, addresses }));
  });
  const ofIngresses = ingresses.flatMap(({ metadata, spec, status }) => {
    const addresses = (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => ip ?? hostname ?? []);
    return (spec?.rules ?? []).flatMap(({ host }) =>
      host === undefined ? [] : [{ ref: `ingress/${metadata?.name}`, host, addresses }],
    );
  });
  return [...ofRoutes, ...ofIngresses].filter(({ host, addresses }) => !host.startsWith("*") && addresses.length > 0);
}

export interface ServedHost {
  /** Such as "httproute/web". */
  ref: string;
  host: string;
  /** Where it is served: addresses, or a name of the load balancer. */
  addresses: string[];
}

/** @returns by name; names about which no name server gave a certain answer are left out */
export async function lookAtHosts(
  hosts: readonly string[],
  dns: AskDns = new Resolver({ timeout: 1500, tries: 1 }),
): Promise<Record<string, HostLook>> {
  const looks = await Promise.all(
    [...new Set(hosts)].slice(0, most).map(async (host) => {
      const look = await lookUp(host, dns);
      return look === undefined ? [] : [[host, look] as const];
    }),
  );
  return Object.fromEntries(looks.flat());
}

async function lookUp(host: string, dns: AskDns): Promise<HostLook | undefined> {
  const answers = await Promise.all(
    [dns.resolve4(host), dns.resolve6(host)].map((answer) =>
      answer.catch((error: unknown) => String((error as { code?: unknown }).code)),
    ),
  );
  const addresses = answers.flatMap((answer) => (typeof answer === "string" ? [] : answer));
  if (addresses.length > 0) {
    const [alias] = await dns.resolveCname(host).catch((): string[] => []);
    return { addresses, ...(alias === undefined ? {} : { alias }) };
  }
  // Only this says that there is no such name: a server that fails says nothing.
  return answers.includes("ENOTFOUND") && answers.every((answer) => ["ENOTFOUND", "ENODATA"].includes(String(answer)))
    ? { addresses: [] }
    : undefined;
}
