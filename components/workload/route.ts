/**
 * Access from outside by host name, with TLS: a route on a Gateway (https://gateway-api.sigs.k8s.io). The cluster must
 * have the Gateway API's definitions and an implementation.
 */
import type * as pulumi from "@pulumi/pulumi";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/index.js";
import type { input } from "@pulumi/kubernetes/types/index.js";
import { ifGiven } from "@tarmac/validate/valueCheck";
import {
  dnsLabelProblem,
  hostNameProblem,
  objectNameProblem,
  routePathProblem,
} from "@tarmac/validate/kubernetesNames";
import type { Finding } from "../invalidArguments.ts";
import type { RouteArgs, ServiceType } from "./workloadArgs.ts";

export const gatewayApiVersion = "gateway.networking.k8s.io/v1";

const ifPlain = (value: pulumi.Input<string>, problem: (text: string) => string | undefined) =>
  typeof value === "string" ? problem(value) : undefined;

/** Returns the problems of a route, by property. */
export const routeFindings = ({ hostname, path, gateway }: RouteArgs): Finding[] => [
  ["hostname", hostNameProblem(hostname)],
  ["path", ifGiven(path, routePathProblem)],
  ["gateway.namespace", ifPlain(gateway.namespace, dnsLabelProblem)],
  ["gateway.name", ifPlain(gateway.name, objectNameProblem)],
  ["gateway.listener", ifGiven(gateway.listener, objectNameProblem)],
];

/** Returns the problem with a load balancer in addition to a route, or `undefined`. */
export function besideLoadBalancerProblem(serviceType: ServiceType): string | undefined {
  if (serviceType === "ClusterIP") return undefined;
  return `"${serviceType}" would serve plain HTTP beside the gateway's TLS: use "ClusterIP"`;
}

/** Returns the URL of the service. */
export const routeUrl = ({ hostname, path = "/" }: Pick<RouteArgs, "hostname" | "path">): string =>
  `https://${hostname}${path}`;

/** Creates an HTTPRoute with one rule, on one listener of a Gateway. */
export function httpRoute(
  name: string,
  on: { hostname: string; parentRef: object; metadata: input.meta.v1.ObjectMeta },
  rule: object,
  options: pulumi.CustomResourceOptions,
): CustomResource {
  const parent = { group: "gateway.networking.k8s.io", kind: "Gateway" };
  return new CustomResource(
    name,
    {
      apiVersion: gatewayApiVersion,
      kind: "HTTPRoute",
      metadata: { ...on.metadata, name },
      spec: { parentRefs: [{ ...parent, ...on.parentRef }], hostnames: [on.hostname], rules: [rule] },
    },
    options,
  );
}

/** Creates the HTTPRoute to the Service with the same name. */
export function makeRoute(
  name: string,
  { hostname, path = "/", gateway }: RouteArgs,
  servicePort: number,
  metadata: input.meta.v1.ObjectMeta,
  options: pulumi.CustomResourceOptions,
): void {
  const { listener, ...shared } = gateway;
  const parentRef = { ...shared, ...(listener !== undefined && { sectionName: listener }) };
  httpRoute(
    name,
    { hostname, parentRef, metadata },
    {
      matches: [{ path: { type: "PathPrefix", value: path } }],
      backendRefs: [{ group: "", kind: "Service", name, port: servicePort, weight: 1 }],
    },
    options,
  );
}
