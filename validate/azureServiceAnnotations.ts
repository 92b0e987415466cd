/**
 * Annotations by which a Service configures Azure's load balancer. Azure's controller ignores a name that it does not know, and
 * reports a wrong value minutes later, as an event of the Service.
 * https://cloud-provider-azure.sigs.k8s.io/topics/loadbalancer/#loadbalancer-annotations
 */
import { isIPv4 } from "node:net";
import { nearest } from "./editDistance.ts";
import { reservedWordProblem } from "./reservedWords.ts";

export const azureAnnotation = "service.beta.kubernetes.io/azure-";
/** The one that makes a load balancer internal. */
export const internalAnnotation = `${azureAnnotation}load-balancer-internal`;

interface Known {
  /** Where it has an effect. Default: on both kinds of load balancer. */
  on?: "internal" | "public";
  /** What is wrong with its value. */
  problem?: (value: string) => string | undefined;
}

const flag = (value: string) => (/^(true|false)$/.test(value) ? undefined : `"${value}" is not "true" or "false"`);
const number = (least: number, most: number, unit: string) => (value: string) =>
  /^\d+$/.test(value) && Number(value) >= least && Number(value) <= most
    ? undefined
    : `"${value}" is not a number of ${unit} from ${least} to ${most}`;

/** Name that Azure's DNS gives a public address: NAME.REGION.cloudapp.azure.com. */
export function publicAddressLabelProblem(value: string): string | undefined {
  if (!/^[a-z][a-z0-9-]{1,61}[a-z0-9]$/.test(value))
    return `"${value}" is not a DNS label of a public address (InvalidDomainNameLabel): use 3 to 63 lower-case letters, digits, and "-", starting with a letter and not ending with "-", e.g. "contoso-hello"`;
  return reservedWordProblem(value);
}

/** What may follow {@link azureAnnotation}. */
const known: Readonly<Record<string, Known>> = {
  "load-balancer-internal": { problem: flag },
  "load-balancer-internal-subnet": { on: "internal" },
  "load-balancer-ipv4": { problem: (value) => (isIPv4(value) ? undefined : `"${value}" is not an IPv4 address`) },
  "load-balancer-ipv6": {},
  "load-balancer-mode": {},
  "load-balancer-configurations": {},
  "load-balancer-resource-group": { on: "public" },
  // https://learn.microsoft.com/azure/load-balancer/load-balancer-tcp-idle-timeout
  "load-balancer-tcp-idle-timeout": { problem: number(4, 100, "minutes") },
  "load-balancer-disable-tcp-reset": { problem: flag },
  "disable-load-balancer-floating-ip": { problem: flag },
  "load-balancer-health-probe-protocol": {
    problem: (value) => (/^(tcp|http|https)$/i.test(value) ? undefined : `"${value}" is not "tcp", "http", or "https"`),
  },
  "load-balancer-health-probe-interval": { problem: number(5, 2147483646, "seconds") },
  "load-balancer-health-probe-num-of-probe": { problem: number(2, 2147483647, "failed probes") },
  "load-balancer-health-probe-request-path": {
    problem: (value) => (value.startsWith("/") ? undefined : `"${value}" is not a path: start it with "/"`),
  },
  "shared-securityrule": { problem: flag },
  "allowed-service-tags": {},
  "allowed-ip-ranges": {},
  "deny-all-except-load-balancer-source-ranges": { problem: flag },
  "additional-public-ips": { on: "public" },
  "dns-label-name": { on: "public", problem: publicAddressLabelProblem },
  "pip-name": { on: "public" },
  "pip-name-ipv6": { on: "public" },
  "pip-prefix-id": { on: "public" },
  "pip-prefix-id-ipv6": { on: "public" },
  "pip-tags": { on: "public" },
  "pip-ip-tags": { on: "public" },
  "pls-create": { problem: flag },
  "pls-name": {},
  "pls-resource-group": {},
  "pls-ip-configuration-subnet": {},
  "pls-ip-configuration-ip-address": {},
  "pls-ip-configuration-ip-address-count": { problem: number(1, 8, "addresses") },
  "pls-fqdns": {},
  "pls-proxy-protocol": { problem: flag },
  "pls-visibility": {},
  "pls-auto-approval": {},
};

/** Those that let somebody in beside the ranges of the Service. */
const lettingIn = ["allowed-ip-ranges", "allowed-service-tags"];

/**
 * What is wrong with one of these annotations, or `undefined`; also when it is none of them.
 * @param type of the Service
 * @param limited whether the Service says who may connect (loadBalancerSourceRanges)
 */
export function azureAnnotationProblem(
  key: string,
  value: string,
  type: "ClusterIP" | "InternalLoadBalancer" | "PublicLoadBalancer",
  limited: boolean,
): string | undefined {
  if (!key.startsWith(azureAnnotation)) return undefined;
  const name = key.slice(azureAnnotation.length);
  const rule = Object.hasOwn(known, name) ? known[name] : undefined;
  if (rule === undefined) {
    const near = nearest(name, Object.keys(known));
    return near === undefined
      ? undefined
      : `"${key}" is not an annotation that Azure knows; did you mean "${azureAnnotation}${near}"?`;
  }
  if (type === "ClusterIP")
    return `"${key}" has no effect on a Service of type ClusterIP: set serviceType to "InternalLoadBalancer" or "PublicLoadBalancer", or remove it`;
  const internal = type === "InternalLoadBalancer";
  const { on, problem } = rule;
  const wrong = problem?.(value);
  if (wrong !== undefined) return `the value of "${key}": ${wrong}`;
  if (key === internalAnnotation && (value === "true") !== internal)
    return `"${key}: ${value}" would make the load balancer ${internal ? "public" : "internal"}, but serviceType is "${type}": set serviceType to "${internal ? "PublicLoadBalancer" : "InternalLoadBalancer"}", and remove the annotation`;
  if (on !== undefined && (on === "internal") !== internal)
    return `"${key}" is for ${on} load balancers, and serviceType is "${type}": remove it, or change serviceType`;
  if (limited && lettingIn.includes(name))
    return `"${key}" lets others in beside ingressFrom: name all of them in ingressFrom, and remove the annotation`;
  return undefined;
}
