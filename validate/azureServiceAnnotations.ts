/**
 * Service annotations that configure Azure's load balancer. Azure's controller ignores unknown names. It reports a
 * wrong value minutes later, as an event of the Service.
 * https://cloud-provider-azure.sigs.k8s.io/topics/loadbalancer/#loadbalancer-annotations
 */
import { isIP, isIPv4 } from "node:net";
import { isPrivate, parseRange } from "./addressRange.ts";
import { cidrProblem } from "./cidr.ts";
import { resourceGroupNameProblem } from "./azureNames.ts";
import { idOf } from "./azureResourceId.ts";
import { nearest } from "./editDistance.ts";
import { reservedWordProblem } from "./reservedWords.ts";

export const azureAnnotation = "service.beta.kubernetes.io/azure-";
/** The annotation that makes a load balancer internal. */
export const internalAnnotation = `${azureAnnotation}load-balancer-internal`;

interface Known {
  /** The kind of load balancer that it affects. Default: both kinds. */
  on?: "internal" | "public";
  /** Returns the problem with its value, for that kind of load balancer. */
  problem?: (value: string, internal: boolean) => string | undefined;
}

const flag = (value: string) => (/^(true|false)$/.test(value) ? undefined : `"${value}" is not "true" or "false"`);
const number = (least: number, most: number, unit: string) => (value: string) =>
  /^\d+$/.test(value) && Number(value) >= least && Number(value) <= most
    ? undefined
    : `"${value}" is not a number of ${unit} from ${least} to ${most}`;

/** Checks for an Azure name, not the resource id that other tools use. */
const resourceName = (what: string) => (value: string) =>
  /^\w([\w.-]{0,78}\w)?$/.test(value)
    ? undefined
    : `"${value}" is not the name of a ${what}: use the name alone${value.includes("/") ? `, "${value.split("/").at(-1)}"` : ""}`;

/** Checks comma-separated values. */
const listed = (problem: (value: string) => string | undefined) => (value: string) =>
  value.split(",").flatMap((one) => problem(one.trim()) ?? [])[0];

const address = (value: string, internal: boolean) => {
  if (!isIPv4(value)) return `"${value}" is not an IPv4 address`;
  const range = parseRange(`${value}/32`);
  if (range === undefined || isPrivate(range) === internal) return undefined;
  return internal
    ? `"${value}" is a public address, and an internal load balancer needs one from the network: use a free address of the nodes' subnet`
    : `"${value}" is a private address, and a public load balancer needs a public one: use the address of a public IP, or serviceType "InternalLoadBalancer"`;
};

const serviceTag = (value: string) =>
  /^[A-Za-z]\w*(\.\w+)?$/.test(value)
    ? undefined
    : `"${value}" is not a service tag: use e.g. "AzureFrontDoor.Backend"`;
const tagPair = (value: string) =>
  /^[^=]+=[^=]*$/.test(value) ? undefined : `"${value}" is not a tag: use NAME=VALUE, with commas between several`;
const prefixId = (value: string) =>
  idOf("Microsoft.Network/publicIPPrefixes").test(value)
    ? undefined
    : `"${value}" is not the resource id of a public IP prefix: use what this command prints: az network public-ip prefix show --query id -g GROUP -n NAME`;

/** Checks the name of a public address in Azure's DNS: NAME.REGION.cloudapp.azure.com. */
export function publicAddressLabelProblem(value: string): string | undefined {
  if (!/^[a-z][a-z0-9-]{1,61}[a-z0-9]$/.test(value))
    return `"${value}" is not a DNS label of a public address (InvalidDomainNameLabel): use 3 to 63 lower-case letters, digits, and "-", starting with a letter and not ending with "-", e.g. "contoso-hello"`;
  return reservedWordProblem(value);
}

/** The known annotations, without the prefix {@link azureAnnotation}. */
const known: Readonly<Record<string, Known>> = {
  "load-balancer-internal": { problem: flag },
  "load-balancer-internal-subnet": { on: "internal", problem: resourceName("subnet") },
  "load-balancer-ipv4": { problem: address },
  "load-balancer-ipv6": {},
  "load-balancer-mode": {},
  "load-balancer-configurations": {},
  "load-balancer-resource-group": { on: "public", problem: resourceGroupNameProblem },
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
  "allowed-service-tags": { problem: listed(serviceTag) },
  "allowed-ip-ranges": { problem: listed((value) => cidrProblem(value)) },
  "deny-all-except-load-balancer-source-ranges": { problem: flag },
  "additional-public-ips": {
    on: "public",
    problem: listed((value) => (isIP(value) === 0 ? `"${value}" is not an IP address` : undefined)),
  },
  "dns-label-name": { on: "public", problem: publicAddressLabelProblem },
  "pip-name": { on: "public", problem: resourceName("public IP address") },
  "pip-name-ipv6": { on: "public", problem: resourceName("public IP address") },
  "pip-prefix-id": { on: "public", problem: prefixId },
  "pip-prefix-id-ipv6": { on: "public", problem: prefixId },
  "pip-tags": { on: "public", problem: listed(tagPair) },
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

/** Annotations for other clouds' load balancers. */
const otherClouds: readonly (readonly [pattern: RegExp, cloud: string])[] = [
  [/^service\.beta\.kubernetes\.io\/aws-/i, "AWS"],
  [/^(networking\.gke\.io|cloud\.google\.com)\//i, "Google Cloud"],
  [/^(service\.beta\.kubernetes\.io\/do-|kubernetes\.digitalocean\.com\/)/i, "DigitalOcean"],
  [/^service\.beta\.kubernetes\.io\/(alibaba-cloud|oci|openstack|linode|scw)-/i, "another cloud"],
  [/^(oci\.oraclecloud\.com|loadbalancer\.openstack\.org|load-balancer\.hetzner\.cloud)\//i, "another cloud"],
];

/** Annotations that allow clients in addition to the ranges of the Service. */
const lettingIn = ["allowed-ip-ranges", "allowed-service-tags"];

/**
 * Returns the problem with one of these annotations, or `undefined`, also for any other annotation.
 * @param type type of the Service
 * @param limited whether the Service limits its clients (loadBalancerSourceRanges)
 */
export function azureAnnotationProblem(
  key: string,
  value: string,
  type: "ClusterIP" | "InternalLoadBalancer" | "PublicLoadBalancer",
  limited: boolean,
): string | undefined {
  const other = otherClouds.find(([pattern]) => pattern.test(key))?.[1];
  if (other !== undefined)
    return `"${key}" is for load balancers of ${other}, and Azure ignores it: use serviceType "InternalLoadBalancer" for an internal address, or the annotation of Azure (${azureAnnotation}...), and remove it`;
  if (!key.startsWith(azureAnnotation))
    return key.toLowerCase().startsWith(azureAnnotation)
      ? `"${key}" has upper-case letters, and Azure ignores it: use "${key.toLowerCase()}"`
      : undefined;
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
  if (on === undefined || (on === "internal") === internal) {
    const wrong = problem?.(value, internal);
    if (wrong !== undefined) return `the value of "${key}": ${wrong}`;
  }
  if (key === internalAnnotation && (value === "true") !== internal)
    return `"${key}: ${value}" would make the load balancer ${internal ? "public" : "internal"}, but serviceType is "${type}": set serviceType to "${internal ? "PublicLoadBalancer" : "InternalLoadBalancer"}", and remove the annotation`;
  if (on !== undefined && (on === "internal") !== internal)
    return `"${key}" is for ${on} load balancers, and serviceType is "${type}": remove it, or change serviceType`;
  if (limited && lettingIn.includes(name))
    return `"${key}" admits sources in addition to ingressFrom: list all of them in ingressFrom, and remove the annotation`;
  return undefined;
}
