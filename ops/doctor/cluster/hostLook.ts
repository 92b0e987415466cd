/** Resolves the host names of routes and Ingresses from the doctor's machine. */
import { Resolver } from "node:dns/promises";
import type { HostLook, ReachLook } from "../observation.ts";

/** The resolver's methods in use; tests replace them. */
export type AskDns = Pick<Resolver, "resolve4" | "resolve6" | "resolveCname">;

/** Maximum number of names: each takes several requests. */
const most = 20;

/** Host names of routes and Ingresses that have an address to compare with; wildcards are left out. */
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
  /** e.g. "httproute/web". */
  ref: string;
  host: string;
  /** Where it is served: addresses, or the load balancer's host name. */
  addresses: string[];
}

/** @returns by name; names without a definite answer from a name server are left out */
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
  // Only ENOTFOUND proves that the name does not exist: a failing server proves nothing.
  return answers.includes("ENOTFOUND") && answers.every((answer) => ["ENOTFOUND", "ENODATA"].includes(String(answer)))
    ? { addresses: [] }
    : undefined;
}
