/** The host names of routes and Ingresses, and where the cluster serves them. */
import type { HostLook, Observation } from "../observation.ts";
import { covers } from "./tlsUses.ts";

export interface ServedHost {
  /** e.g. "httproute/web". */
  ref: string;
  host: string;
  /** Where it is served: addresses, or the load balancer's host name. */
  addresses: string[];
  port: number;
  /** Whether clients use TLS on this port. */
  tls: boolean;
}

/** Those that have an address to compare with; wildcards are left out. */
export function servedHosts({ target, reach = {} }: Pick<Observation, "target" | "reach">): ServedHost[] {
  const { httpRoutes = [], gateways = [], ingresses = [] } = reach;
  const ofRoutes = httpRoutes.flatMap(({ metadata, spec }) => {
    const parents = (spec?.parentRefs ?? [])
      .filter(
        ({ kind = "Gateway", namespace = target.namespace }) => kind === "Gateway" && namespace === target.namespace,
      )
      .flatMap(({ name, sectionName }) => {
        const gateway = gateways.find((one) => one.metadata?.name === name);
        return gateway === undefined ? [] : [{ gateway, sectionName }];
      });
    const addresses = parents.flatMap(({ gateway }) => (gateway.status?.addresses ?? []).map(({ value }) => value));
    const listeners = parents.flatMap(({ gateway, sectionName }) =>
      (gateway.spec?.listeners ?? []).filter(({ name }) => sectionName === undefined || name === sectionName),
    );
    const secure = listeners.find(({ protocol, tls }) => protocol === "HTTPS" || tls !== undefined);
    const tls = secure !== undefined;
    const port = (secure ?? listeners[0])?.port ?? (tls ? 443 : 80);
    return (spec?.hostnames ?? []).map((host) => ({ ref: `httproute/${metadata?.name}`, host, addresses, port, tls }));
  });
  const ofIngresses = ingresses.flatMap(({ metadata, spec, status }) => {
    const addresses = (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => ip ?? hostname ?? []);
    const secured = (spec?.tls ?? []).flatMap(({ hosts = [] }) => hosts);
    return (spec?.rules ?? []).flatMap(({ host }) => {
      if (host === undefined) return [];
      const tls = secured.some((name) => covers(name, host));
      return [{ ref: `ingress/${metadata?.name}`, host, addresses, port: tls ? 443 : 80, tls }];
    });
  });
  return [...ofRoutes, ...ofIngresses].filter(({ host, addresses }) => !host.startsWith("*") && addresses.length > 0);
}

/** Whether it is a name, as some load balancers have instead of an address. */
export const isHostName = (address: string): boolean => /[a-z]/i.test(address) && !address.includes(":");

/**
 * The addresses where the host is served, with those of the load balancer's host name; undefined if that name could not
 * be looked up.
 */
export function servingAddresses(
  { addresses }: ServedHost,
  hosts: Readonly<Record<string, HostLook>>,
): string[] | undefined {
  if (addresses.some((address) => isHostName(address) && hosts[address] === undefined)) return undefined;
  return addresses.flatMap((address) => hosts[address]?.addresses ?? address);
}
