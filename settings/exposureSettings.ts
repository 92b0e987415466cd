/** Settings of who can reach the service, how, and what the service can reach. */
import { isIP } from "node:net";
import {
  type RouteArgs,
  serviceTypes,
  workloadDefaults,
  type WorkloadArgs,
} from "@tarmac/components/workload/workloadArgs";
import { workloadBounds } from "@tarmac/components/workload/workloadBounds";
import { egressPeerProblem, ingressPeerProblem } from "@tarmac/components/workload/networkRules";
import { serviceAnnotationProblem } from "@tarmac/components/workload/reservedMetadata";
import { gatewayAddressProblem, gatewayFindings } from "@tarmac/components/gateway";
import { gatewayAnnotationProblem } from "@tarmac/components/gateway/gatewayAnnotations";
import { certificateIdProblem } from "@tarmac/components/gateway/keyVaultCertificate";
import { applicationRoutingClass } from "@tarmac/components/managedGatewayApi";
import { besideLoadBalancerProblem } from "@tarmac/components/workload/route";
import { internalAnnotation } from "@tarmac/validate/azureServiceAnnotations";
import { editDistance, nearest } from "@tarmac/validate/editDistance";
import { allowing, eachProblem, listedTwiceProblems } from "@tarmac/validate/valueCheck";
import {
  annotationKeyProblem,
  hostNameProblem,
  namespaceProblem,
  routePathProblem,
  objectNameProblem,
} from "@tarmac/validate/kubernetesNames";
import { choice, flag, integer, list, map, optionalText, text } from "@tarmac/validate/settingDeclaration";
import { metadataSecretProblem } from "./plainSecrets.ts";
import { range, textsEach, type FindingOf, unusedFindings } from "./allowedValues.ts";
import { type clusterSettings, onExistingCluster } from "./clusterSettings.ts";
import type { ValuesOf } from "./readDeclared.ts";

/** NAMESPACE/NAME or NAMESPACE/NAME/LISTENER. */
const gatewayProblem = allowing("`NAMESPACE/NAME` or `NAMESPACE/NAME/LISTENER`", (value: string) => {
  const parts = value.split("/");
  return (parts.length === 2 || parts.length === 3) && parts.every((part) => objectNameProblem(part) === undefined)
    ? undefined
    : `"${value}" is not a gateway: use NAMESPACE/NAME or NAMESPACE/NAME/LISTENER, e.g. "gateways/shared/https"`;
});

/** Parses an address, or TYPE=VALUE. */
const addressOf = (text: string) => {
  const at = text.indexOf("=");
  return at < 0 ? { value: text } : { type: text.slice(0, at), value: text.slice(at + 1) };
};

function addressTextProblem(text: string): string | undefined {
  const { type, value } = addressOf(text);
  if (type === undefined ? isIP(value) !== 0 : type !== "" && value !== "")
    return gatewayAddressProblem(addressOf(text));
  return `"${text}" is not an address: use an IP address, or TYPE=VALUE, e.g. "alb.networking.azure.io/alb-frontend=web"`;
}

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
    description: "Prefix of the paths under hostname that are routed to the service.",
    problem: routePathProblem,
  }),
  gateway: optionalText({
    description: "Existing Gateway for hostname.",
    problem: gatewayProblem,
  }),
  gatewayClass: optionalText({
    description:
      "GatewayClass of a new Gateway for hostname; approuting-istio is enabled in a cluster that the stack creates.",
    problem: objectNameProblem,
  }),
  gatewayNamespace: optionalText({
    description: "Namespace of the new Gateway. Default: the app name and -gateway.",
    problem: namespaceProblem,
  }),
  gatewayAnnotations: map<string>({
    default: {},
    description: "Annotations of the new Gateway, e.g. those of Application Gateway for Containers.",
    problem: textsEach(
      "strings by annotation",
      (key, value) => gatewayAnnotationProblem(key) ?? metadataSecretProblem(key, value),
    ),
  }),
  gatewayInfrastructureAnnotations: map<string>({
    default: {},
    description:
      "Annotations of what the new Gateway's implementation creates, e.g. to give its load balancer an internal address.",
    problem: textsEach(
      "strings by annotation",
      (key, value) => annotationKeyProblem(key) ?? metadataSecretProblem(key, value),
    ),
  }),
  gatewayAddresses: list({
    default: [],
    description:
      "Addresses that the new Gateway asks for: IP addresses, or TYPE=VALUE. Default: its implementation chooses.",
    problem: allowing("list of addresses", (addresses: string[]) => [
      ...eachProblem(addresses, addressTextProblem),
      ...listedTwiceProblems(addresses),
    ]),
  }),
  tlsSecret: optionalText({
    description:
      "Secret with the certificate of the new Gateway, in the Gateway's namespace. Default: the app name and -tls.",
    problem: objectNameProblem,
  }),
  certificateIssuer: optionalText({
    description: "ClusterIssuer of cert-manager that issues the certificate. Default: tlsSecret already exists.",
    problem: objectNameProblem,
  }),
  keyVaultCertificate: optionalText({
    description:
      "Certificate of the new Gateway in a Key Vault: the vault's resource id and /certificates/NAME; with approuting-istio in a cluster of the stack. Default: none.",
    problem: certificateIdProblem,
  }),
  assignCertificateRole: flag({
    default: true,
    description:
      "Let the Gateway's identity read keyVaultCertificate; set to false if the owner of the vault grants the role.",
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
/** These settings, and those that select an existing cluster. */
type OnCluster = Settings &
  Pick<ValuesOf<typeof clusterSettings>, "kubeContext" | "kubeconfig"> & {
    appName: string;
    namespace: string | undefined;
  };

export function exposureArgs(s: Settings): Partial<WorkloadArgs> {
  const { serviceType, servicePort, serviceAnnotations, ingressFrom, egressTo } = s;
  return { serviceType, servicePort, serviceAnnotations, ingressFrom, egressTo };
}

/** Name and namespace of a Gateway. */
type Place = Pick<RouteArgs["gateway"], "namespace" | "name">;

/** Returns the route to the service, if there is one. @param own the Gateway that the stack creates */
export function routeArgs(s: Settings, own: Place | undefined): RouteArgs | undefined {
  const { hostname, routePath: path } = s;
  if (hostname === undefined) return undefined;
  if (own !== undefined) return { hostname, path, gateway: { ...own, listener: "https" } };
  const [namespace = "", name = "", listener] = s.gateway?.split("/") ?? [];
  return { hostname, path, gateway: { namespace, name, ...(listener !== undefined && { listener }) } };
}

/** Returns the arguments of the Gateway that the stack creates, if any. */
export function gatewayArgs(s: Settings) {
  if (s.hostname === undefined || s.gatewayClass === undefined) return undefined;
  return {
    hostname: s.hostname,
    gatewayClass: s.gatewayClass,
    ...(s.gatewayNamespace !== undefined && { namespaceName: s.gatewayNamespace }),
    ...(s.tlsSecret !== undefined && { tlsSecret: s.tlsSecret }),
    ...(s.certificateIssuer !== undefined && { certificateIssuer: s.certificateIssuer }),
    annotations: s.gatewayAnnotations,
    infrastructureAnnotations: s.gatewayInfrastructureAnnotations,
    addresses: s.gatewayAddresses.map(addressOf),
  };
}

/** Returns the Key Vault certificate of that Gateway, if it has one. */
export const certificateArgs = (s: Settings) =>
  s.keyVaultCertificate === undefined
    ? undefined
    : { certificateId: s.keyVaultCertificate, assignRole: s.assignCertificateRole };

/** Returns the TCP ports that the stack's load balancers open to the internet. */
export function publicPorts(s: Settings): number[] {
  if (s.serviceType === "PublicLoadBalancer") return [s.servicePort];
  const internal = s.gatewayInfrastructureAnnotations[internalAnnotation];
  // Other implementations create no load balancer in the nodes' subnet.
  return gatewayArgs(s)?.gatewayClass === applicationRoutingClass && internal !== "true" ? [80, 443] : [];
}

/** Settings of a Gateway that the stack creates. */
const ofOwnGateway = {
  gatewayNamespace: exposureSettings.gatewayNamespace,
  gatewayAnnotations: exposureSettings.gatewayAnnotations,
  gatewayInfrastructureAnnotations: exposureSettings.gatewayInfrastructureAnnotations,
  gatewayAddresses: exposureSettings.gatewayAddresses,
  tlsSecret: exposureSettings.tlsSecret,
  certificateIssuer: exposureSettings.certificateIssuer,
  keyVaultCertificate: exposureSettings.keyVaultCertificate,
  assignCertificateRole: exposureSettings.assignCertificateRole,
};

/** Settings that need a host name. */
const ofHostName = {
  routePath: exposureSettings.routePath,
  gateway: exposureSettings.gateway,
  gatewayClass: exposureSettings.gatewayClass,
  ...ofOwnGateway,
};

/** The settings whose names differ from the property of the component Gateway. */
const settingOf: Record<string, keyof typeof exposureSettings> = {
  namespaceName: "gatewayNamespace",
  annotations: "gatewayAnnotations",
  infrastructureAnnotations: "gatewayInfrastructureAnnotations",
};

export function exposureProblems(s: OnCluster): Finding[] {
  if (s.hostname === undefined)
    return [
      ...ingressProblems(s),
      ...unusedFindings(s, ofHostName, "has no effect without hostname: set hostname, or remove this"),
    ];
  return [...ingressProblems(s), ["serviceType", besideLoadBalancerProblem(s.serviceType)], ...gatewayProblems(s)];
}

const ingressProblems = (s: Settings): Finding[] => [
  ["ingressFrom", eachProblem(s.ingressFrom, (peer) => ingressPeerProblem(peer, s.serviceType))],
  [
    "serviceAnnotations",
    eachProblem(Object.entries(s.serviceAnnotations), ([key, value]) => serviceAnnotationProblem(key, value, s)),
  ],
];
/** Returns the problem with a Gateway in the service's namespace: the stack creates a separate namespace for each. */
function sameNamespaceProblem(s: OnCluster): string | undefined {
  const [ofGateway, ofService] = [s.gatewayNamespace ?? `${s.appName}-gateway`, s.namespace ?? s.appName];
  return ofGateway === ofService
    ? `"${ofGateway}" is also the namespace of the service, and the Gateway's pods do not meet its Pod Security level: use another name, e.g. "${s.appName}-ingress"`
    : undefined;
}

/** GatewayClasses of Azure's own implementations, and IngressClasses that users mistake for one. */
const gatewayClasses = [applicationRoutingClass, "azure-alb-external"];
const ingressClasses = ["webapprouting.kubernetes.azure.com", "azure-application-gateway"];

function classProblem(name: string): string | undefined {
  if (ingressClasses.includes(name))
    return `"${name}" is an IngressClass and not a GatewayClass: use "${applicationRoutingClass}", or what kubectl get gatewayclasses lists`;
  const near = nearest(name, gatewayClasses);
  return near === undefined || near === name || editDistance(name, near) > 2
    ? undefined
    : `"${name}" is not a GatewayClass that Azure has: did you mean "${near}"? kubectl get gatewayclasses lists those of a cluster`;
}

function gatewayProblems(s: OnCluster): Finding[] {
  if ((s.gateway === undefined) === (s.gatewayClass === undefined))
    return [["gateway", "set either gateway, for an existing Gateway, or gatewayClass, for a new one"]];
  const own = gatewayArgs(s);
  if (own === undefined)
    return unusedFindings(s, ofOwnGateway, "an existing gateway has its own certificate and settings: remove this");
  const fromVault = certificateArgs(s);
  return [
    ["gatewayNamespace", sameNamespaceProblem(s)],
    ["gatewayClass", classProblem(own.gatewayClass)],
    ...gatewayFindings({ ...own, ...(fromVault && { keyVaultCertificate: fromVault }) }).map(
      ([property, problem]): Finding => {
        const [first = ""] = property.split(".");
        return [settingOf[first] ?? (first as keyof typeof exposureSettings), problem];
      },
    ),
    [
      "keyVaultCertificate",
      fromVault === undefined
        ? undefined
        : s.gatewayClass !== applicationRoutingClass
          ? `only the gateway class "${applicationRoutingClass}" fetches certificates: use it, or certificateIssuer or tlsSecret`
          : onExistingCluster(s)
            ? "needs the sign-in issuer of a cluster that the stack creates: use certificateIssuer or tlsSecret on an existing one"
            : undefined,
    ],
    [
      "assignCertificateRole",
      fromVault === undefined && !s.assignCertificateRole
        ? "applies only to keyVaultCertificate: set that, or remove this"
        : undefined,
    ],
  ];
}
