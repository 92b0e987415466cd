/**
 * A way in from outside by a host name, with TLS: Gateway API (https://gateway-api.sigs.k8s.io), whose implementation and
 * definitions the cluster must have.
 */
import type * as pulumi from "@pulumi/pulumi";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/index.js";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/index.js";
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
import { gatewayNetworkRules } from "./networkRules.ts";

const apiVersion = "gateway.networking.k8s.io/v1";

/** What is wrong with a route, by property. */
export function routeFindings(route: RouteArgs): Finding[] {
  const { gateway, gatewayClass, tlsSecret, certificateIssuer } = route;
  const either = "set either gateway, for an existing Gateway, or gatewayClass, for a new one";
  return [
    ["hostname", hostNameProblem(route.hostname)],
    ["path", ifGiven(route.path, routePathProblem)],
    ["gateway", (gateway === undefined) === (gatewayClass === undefined) ? either : undefined],
    ["gateway.namespace", gateway && dnsLabelProblem(gateway.namespace)],
    ["gateway.name", gateway && objectNameProblem(gateway.name)],
    ["gateway.listener", ifGiven(gateway?.listener, objectNameProblem)],
    ["gatewayClass", ifGiven(gatewayClass, objectNameProblem)],
    ["tlsSecret", ifGiven(tlsSecret, objectNameProblem)],
    ["certificateIssuer", ifGiven(certificateIssuer, objectNameProblem)],
    [
      "tlsSecret",
      gatewayClass !== undefined && tlsSecret === undefined && certificateIssuer === undefined
        ? "a certificate is missing: set tlsSecret, the Secret that holds it, or certificateIssuer, which creates it"
        : undefined,
    ],
    [
      "gateway",
      gateway !== undefined && (tlsSecret ?? certificateIssuer) !== undefined
        ? "an existing gateway has its own certificate: remove tlsSecret and certificateIssuer"
        : undefined,
    ],
  ];
}

/** What is wrong with a load balancer beside a route, or `undefined`. */
export function besideLoadBalancerProblem(serviceType: ServiceType): string | undefined {
  if (serviceType === "ClusterIP") return undefined;
  return `"${serviceType}" would serve plain HTTP beside the gateway's TLS: use "ClusterIP"`;
}

/** Where the service answers. */
export const routeUrl = ({ hostname, path = "/" }: RouteArgs): string => `https://${hostname}${path}`;

/** The HTTPRoute to a Service of the same name, and the Gateway it stands on unless that is somebody else's. */
export function makeRoute(
  name: string,
  route: RouteArgs,
  servicePort: number,
  metadata: input.meta.v1.ObjectMeta,
  options: pulumi.CustomResourceOptions,
): void {
  const { hostname, path = "/", gateway } = route;
  const parent = { group: "gateway.networking.k8s.io", kind: "Gateway" };
  const httpRoute = (routeName: string, parentRef: object, rule: object) =>
    new CustomResource(
      routeName,
      {
        apiVersion,
        kind: "HTTPRoute",
        metadata: { ...metadata, name: routeName },
        spec: { parentRefs: [{ ...parent, ...parentRef }], hostnames: [hostname], rules: [rule] },
      },
      options,
    );
  const toService = {
    matches: [{ path: { type: "PathPrefix", value: path } }],
    backendRefs: [{ group: "", kind: "Service", name, port: servicePort, weight: 1 }],
  };
  if (gateway !== undefined) {
    const { listener, ...shared } = gateway;
    httpRoute(name, { ...shared, ...(listener !== undefined && { sectionName: listener }) }, toService);
    return;
  }
  const { certificateIssuer, tlsSecret = `${name}-tls` } = route;
  const listener = (listenerName: string, port: number, protocol: string) => ({
    ...{ name: listenerName, port, protocol, hostname },
    allowedRoutes: { namespaces: { from: "Same" } },
  });
  new CustomResource(
    name,
    {
      apiVersion,
      kind: "Gateway",
      metadata: {
        ...metadata,
        name,
        ...(certificateIssuer !== undefined && {
          annotations: { "cert-manager.io/cluster-issuer": certificateIssuer },
        }),
      },
      spec: {
        gatewayClassName: route.gatewayClass,
        listeners: [
          listener("http", 80, "HTTP"),
          {
            ...listener("https", 443, "HTTPS"),
            tls: { mode: "Terminate", certificateRefs: [{ group: "", kind: "Secret", name: tlsSecret }] },
          },
        ],
      },
    },
    options,
  );
  httpRoute(name, { name, sectionName: "https" }, toService);
  // Nobody is served in the clear: who comes by http is sent to https.
  httpRoute(
    `${name}-redirect`,
    { name, sectionName: "http" },
    { filters: [{ type: "RequestRedirect", requestRedirect: { scheme: "https", statusCode: 301 } }] },
  );
  // Implementations that make the Gateway's pods make them here, where nothing may talk unless a policy says so.
  new NetworkPolicy(
    `${name}-gateway`,
    { metadata: { ...metadata, name: `${name}-gateway` }, spec: gatewayNetworkRules(name) },
    options,
  );
}
