/** The host names of routes and Ingresses, and where the cluster serves them. */
import type { Observation } from "../observation.ts";

export interface ServedHost {
  /** e.g. "httproute/web". */
  ref: string;
  host: string;
  /** Where it is served: addresses, or the load balancer's host name. */
  addresses: string[];
}

/** Those that have an address to compare with; wildcards are left out. */
export function servedHosts({ target, reach = {} }: Pick<Observation, "target" | "reach">): ServedHost[] {
  const { httpRoutes = [], gateways = [], ingresses = [] } = reach;
  const ofRoutes = httpRoutes.flatMap(({ metadata, spec }) => {
    const addresses = (spec?.parentRefs ?? [])
      .filter(
        ({ kind = "Gateway", namespace = target.namespace }) => kind === "Gateway" && namespace === target.namespace,
      )
      .flatMap(({ name }) =>
        (gateways.find((gateway) => gateway.metadata?.name === name)?.status?.addresses ?? []).map(
          ({ value }) => value,
        ),
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

/** Whether it is a name, as some load balancers have instead of an address. */
export const isHostName = (address: string): boolean => /[a-z]/i.test(address) && !address.includes(":");
