/** Settings of who reaches the service, by which way, and whom it reaches. */
import {
  type RouteArgs,
  serviceTypes,
  workloadDefaults,
  type WorkloadArgs,
} from "@tarmac/components/workload/workloadArgs";
import { workloadBounds } from "@tarmac/components/workload/workloadBounds";
import { egressPeerProblem, ingressPeerProblem } from "@tarmac/components/workload/networkRules";
import { serviceAnnotationProblem } from "@tarmac/components/workload/reservedMetadata";
import { besideLoadBalancerProblem, routeFindings } from "@tarmac/components/workload/route";
import { allowing, eachProblem } from "@tarmac/validate/valueCheck";
import {
  annotationKeyProblem,
  hostNameProblem,
  routePathProblem,
  objectNameProblem,
} from "@tarmac/validate/kubernetesNames";
import { choice, integer, list, map, optionalText, text } from "@tarmac/validate/settingDeclaration";
import { metadataSecretProblem } from "./plainSecrets.ts";
import { range, textsEach, type FindingOf } from "./allowedValues.ts";
import type { ValuesOf } from "./readDeclared.ts";

/** NAMESPACE/NAME or NAMESPACE/NAME/LISTENER. */
const gatewayProblem = allowing("`NAMESPACE/NAME` or `NAMESPACE/NAME/LISTENER`", (value: string) => {
  const parts = value.split("/");
  return (parts.length === 2 || parts.length === 3) && parts.every((part) => objectNameProblem(part) === undefined)
    ? undefined
    : `"${value}" is not a gateway: use NAMESPACE/NAME or NAMESPACE/NAME/LISTENER, e.g. "gateways/shared/https"`;
});

export const exposureSettings = {
  serviceType: choice(serviceTypes, {
    default: workloadDefaults.serviceType,
    description: "Who can reach the Service: pods of the cluster, the virtual network, or the internet.",
  }),
  servicePort: integer({
    default: workloadDefaults.servicePort,
    description: "Port of the Service.",
    problem: range(...workloadBounds.servicePort),
  }),
  serviceAnnotations: map<string>({
    default: {},
    description: "Annotations of the Service, e.g. to configure Azure's load balancer.",
    problem: textsEach(
      "strings by annotation",
      (key, value) => annotationKeyProblem(key) ?? metadataSecretProblem(key, value),
    ),
  }),
  hostname: optionalText({
    description: "Host name under which a Gateway exposes the service with TLS, e.g. hello.example.com. Default: none.",
    problem: hostNameProblem,
  }),
  routePath: text({
    default: "/",
    description: "Prefix of the paths under hostname that lead to the service.",
    problem: routePathProblem,
  }),
  gateway: optionalText({
    description: "Existing Gateway for hostname.",
    problem: gatewayProblem,
  }),
  gatewayClass: optionalText({
    description: "GatewayClass of a new Gateway for hostname, e.g. approuting-istio.",
    problem: objectNameProblem,
  }),
  tlsSecret: optionalText({
    description: "Secret with the certificate of the new Gateway. Default: the app name and -tls.",
    problem: objectNameProblem,
  }),
  certificateIssuer: optionalText({
    description: "ClusterIssuer of cert-manager that issues the certificate. Default: tlsSecret already exists.",
    problem: objectNameProblem,
  }),
  ingressFrom: list({
    default: [],
    description:
      "Namespaces and address ranges that may connect; with a load balancer only ranges. Default: everyone that serviceType allows.",
    problem: allowing("list of namespaces and address ranges", (peers: string[]) =>
      eachProblem(peers, (peer) => ingressPeerProblem(peer, "ClusterIP")),
    ),
  }),
  egressTo: list({
    default: [],
    description: "Namespaces and address ranges that the pods may connect to; DNS is always allowed. Default: none.",
    problem: allowing("list of namespaces and address ranges", (peers: string[]) =>
      eachProblem(peers, egressPeerProblem),
    ),
  }),
};

/** The values of these settings. */
type Settings = ValuesOf<typeof exposureSettings>;
type Finding = FindingOf<Settings>;

/** The route that the settings describe, whether it can be used or not. */
function routeOf(s: Settings): RouteArgs | undefined {
  if (s.hostname === undefined) return undefined;
  const [namespace = "", name = "", listener] = s.gateway?.split("/") ?? [];
  return {
    hostname: s.hostname,
    path: s.routePath,
    ...(s.gateway !== undefined && { gateway: { namespace, name, ...(listener !== undefined && { listener }) } }),
    ...(s.gatewayClass !== undefined && { gatewayClass: s.gatewayClass }),
    ...(s.tlsSecret !== undefined && { tlsSecret: s.tlsSecret }),
    ...(s.certificateIssuer !== undefined && { certificateIssuer: s.certificateIssuer }),
  } as RouteArgs;
}

export function exposureArgs(s: Settings): Partial<WorkloadArgs> {
  const { serviceType, servicePort, serviceAnnotations, ingressFrom, egressTo } = s;
  return { serviceType, servicePort, serviceAnnotations, ingressFrom, egressTo, route: routeOf(s) };
}

/** TCP ports that load balancers of the stack open to the internet. */
export function publicPorts(s: Settings): number[] {
  if (s.serviceType === "PublicLoadBalancer") return [s.servicePort];
  return s.hostname !== undefined && s.gatewayClass !== undefined ? [80, 443] : [];
}

/** Settings that say more about a host name. */
const ofHostName = ["routePath", "gateway", "gatewayClass", "tlsSecret", "certificateIssuer"] as const;

export function exposureProblems(s: Settings): Finding[] {
  const route = routeOf(s);
  if (route === undefined)
    return [
      ...ingressProblems(s),
      ...ofHostName.map((key): Finding => [
        key,
        s[key] === exposureSettings[key].default
          ? undefined
          : `"${s[key]}" has no effect without hostname: set hostname, or remove this`,
      ]),
    ];
  return [
    ...ingressProblems(s),
    ["serviceType", besideLoadBalancerProblem(s.serviceType)],
    ...routeFindings(route).map(([property, problem]): Finding => {
      const [first] = property.split(".");
      return [first === "path" ? "routePath" : (first as (typeof ofHostName)[number] | "hostname"), problem];
    }),
  ];
}

const ingressProblems = (s: Settings): Finding[] => [
  ["ingressFrom", eachProblem(s.ingressFrom, (peer) => ingressPeerProblem(peer, s.serviceType))],
  [
    "serviceAnnotations",
    eachProblem(Object.entries(s.serviceAnnotations), ([key, value]) => serviceAnnotationProblem(key, value, s)),
  ],
];
