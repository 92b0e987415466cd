/** What a host name means inside the cluster: https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/ */
import type { Service } from "../../cluster/kubernetesObjects.ts";
import type { Observation } from "../observation.ts";

export interface ClusterHost {
  /** Name of the Service that the host would be. */
  service: string;
  namespace: string;
  /** Whether the name has the form of a Service's. */
  inCluster: boolean;
  /** Whether it is certainly not a Service's: "api.dev" may be one of a namespace "dev". */
  outside: boolean;
}

const domains = /^(?:com|net|org|io|dev|local|internal|cloud|app|de|eu|uk|fr)$/;
/** Those that no namespace is likely to be called. */
const publicDomains = /^(?:com|net|org|io)$/;

/**
 * Reads SERVICE, SERVICE.NAMESPACE, POD.SERVICE and POD.SERVICE.NAMESPACE, each with or without ".svc...".
 *
 * @param own the namespace of the pod that asks
 * @param names of the Services of this namespace
 */
export function clusterHost(host: string, own: string, names: readonly string[]): ClusterHost {
  const name = host.replace(/\.$/, "");
  const plain = name.replace(/\.svc(?:\.cluster\.local)?$/, "");
  const suffixed = plain !== name;
  const labels = plain.split(".");
  const [first = "", second, third] = labels;
  // A StatefulSet pod's name is a subdomain of its headless Service's.
  if (second !== undefined && /-\d+$/.test(first) && (names.includes(second) || third !== undefined)) {
    const inCluster = suffixed || names.includes(second);
    const outside = !inCluster && publicDomains.test(labels.at(-1) ?? "");
    return { service: second, namespace: third ?? own, inCluster, outside };
  }
  const last = second === undefined ? "" : (labels.at(-1) ?? "");
  const outside = !suffixed && (third === undefined ? publicDomains : domains).test(last);
  const inCluster = second === undefined || suffixed || (third === undefined && !domains.test(second));
  return { service: first, namespace: second ?? own, inCluster, outside };
}

/** What a host means to the pods of the observed namespace. */
export const hostIn = ({ target, services = [] }: Observation, host: string): ClusterHost =>
  clusterHost(
    host,
    target.namespace,
    services.map(({ metadata }) => metadata?.name ?? ""),
  );

/** The Service of the observed namespace with this name or cluster IP. */
export function serviceAt(observation: Observation, host: string): Service | undefined {
  const { service, namespace } = hostIn(observation, host);
  return observation.services?.find(
    ({ metadata, spec }) =>
      spec?.clusterIP === host || (namespace === observation.target.namespace && metadata?.name === service),
  );
}
