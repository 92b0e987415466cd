import { isIP, isIPv4 } from "node:net";
import * as pulumi from "@pulumi/pulumi";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/index.js";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/index.js";
import type { input } from "@pulumi/kubernetes/types/index.js";
import { hostNameProblem, namespaceProblem, objectNameProblem } from "@tarmac/validate/kubernetesNames";
import { peerRangeProblem } from "@tarmac/validate/networkPeers";
import { ifGiven } from "@tarmac/validate/valueCheck";
import { gatewayAnnotationProblem, infrastructureAnnotationProblem } from "./gateway/gatewayAnnotations.ts";
import { challengeRules, gatewayPodRules } from "./gateway/gatewayRules.ts";
import {
  certificateIdProblem,
  keyVaultCertificate,
  type KeyVaultCertificateArgs,
} from "./gateway/keyVaultCertificate.ts";
import { type Finding, throwIfAny } from "./invalidArguments.ts";
import type { LocalDns } from "./localDns.ts";
import { AppNamespace } from "./namespace.ts";
import { gatewayApiVersion, httpRoute } from "./workload/route.ts";

/** An address that a Gateway asks its implementation for. */
export interface GatewayAddress {
  /** e.g. "alb.networking.azure.io/alb-frontend". @default "IPAddress" */
  type?: string;
  /** The address itself, or the name that the implementation knows it by. */
  value: string;
}

export interface GatewayArgs {
  /** e.g. "shop.example.com". */
  hostname: string;
  /** GatewayClass, i.e. whose implementation: "approuting-istio", "azure-alb-external", ... (`kubectl get gatewayclasses`). */
  gatewayClass: string;
  /** Namespace whose routes may use the Gateway. */
  routesFrom: pulumi.Input<string>;
  /** Namespace of the Gateway and of the pods that its implementation creates. @default "NAME-gateway" */
  namespaceName?: string;
  /** Secret in the Gateway's namespace with the certificate (`tls.crt`, `tls.key`). @default "NAME-tls" */
  tlsSecret?: string;
  /** ClusterIssuer of cert-manager that issues the certificate and puts it into `tlsSecret`. @default none */
  certificateIssuer?: string;
  /** A certificate of Key Vault, instead of a Secret; only with "approuting-istio". @default none */
  keyVaultCertificate?: KeyVaultCertificateArgs;
  /** Annotations of the Gateway, e.g. those by which Application Gateway for Containers finds its resource. @default none */
  annotations?: Record<string, string>;
  /** Annotations of what the implementation creates, e.g. to make its load balancer internal. @default none */
  infrastructureAnnotations?: Record<string, string>;
  /** Addresses that the implementation is asked for. @default it chooses */
  addresses?: readonly GatewayAddress[];
  /** Whose network policies must let the Gateway's pods ask LocalDNS, the resolver on each node. @default "none" */
  localDns?: LocalDns;
  /** Labels of everything in the namespace. */
  labels?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** What is wrong with an address that a Gateway asks for, or `undefined`. */
export function gatewayAddressProblem({ type = "IPAddress", value }: GatewayAddress): string | undefined {
  if (!/^([A-Za-z][A-Za-z0-9-]*|[a-z0-9.-]+\/[A-Za-z0-9/-]+)$/.test(type))
    return `"${type}" is not a type of address: use e.g. "alb.networking.azure.io/alb-frontend"`;
  if (type !== "IPAddress") return undefined;
  if (isIP(value) === 0) return `"${value}" is not an IP address: use e.g. "203.0.113.9"`;
  const range = isIPv4(value) ? peerRangeProblem(`${value}/32`) : undefined;
  return range === undefined
    ? undefined
    : `"${value}" is no address that a load balancer can have: use a public address, or one of the network`;
}

/** What is wrong with the plain arguments, by property. */
export function gatewayFindings(
  args: Omit<GatewayArgs, "routesFrom" | "keyVaultCertificate"> & { keyVaultCertificate?: { certificateId: string } },
): Finding[] {
  const { tlsSecret, certificateIssuer, keyVaultCertificate: fromVault } = args;
  const infrastructure = args.infrastructureAnnotations ?? {};
  return [
    ["hostname", hostNameProblem(args.hostname)],
    ["gatewayClass", objectNameProblem(args.gatewayClass)],
    ["namespaceName", ifGiven(args.namespaceName, namespaceProblem)],
    ["tlsSecret", ifGiven(tlsSecret, objectNameProblem)],
    ["certificateIssuer", ifGiven(certificateIssuer, objectNameProblem)],
    ["keyVaultCertificate", ifGiven(fromVault?.certificateId, certificateIdProblem)],
    [
      "tlsSecret",
      (tlsSecret ?? certificateIssuer ?? fromVault) === undefined
        ? "a certificate is missing: set tlsSecret, the Secret that holds it, certificateIssuer, which creates it, or keyVaultCertificate"
        : undefined,
    ],
    [
      "keyVaultCertificate",
      fromVault !== undefined && (tlsSecret ?? certificateIssuer) !== undefined
        ? "a certificate of Key Vault needs no Secret: remove tlsSecret and certificateIssuer, or this"
        : undefined,
    ],
    ...Object.keys(args.annotations ?? {}).map((key): Finding => [`annotations.${key}`, gatewayAnnotationProblem(key)]),
    ...Object.entries(infrastructure).map(([key, value]): Finding => [
      `infrastructureAnnotations.${key}`,
      infrastructureAnnotationProblem(key, value, infrastructure),
    ]),
    ...(args.addresses ?? []).map((address, index): Finding => [`addresses[${index}]`, gatewayAddressProblem(address)]),
  ];
}

/**
 * A Gateway with TLS for one host name, which sends plain http to https, in a namespace of its own. The proxies that Istio
 * creates there do not meet the `restricted` Pod Security standard, which applications are held to, so this namespace enforces
 * `baseline`. An update waits until the Gateway is programmed, that is until it has an address and answers.
 * https://gateway-api.sigs.k8s.io
 *
 * `transforms` change properties of its resources that no argument covers.
 * @example
 * ```ts
 * new Gateway("hello", { hostname, gatewayClass: "approuting-istio", tlsSecret: "hello-tls", routesFrom: "hello" }, {
 *   transforms: [
 *     ({ type, props, opts }) =>
 *       type === "kubernetes:core/v1:Namespace" ? { props: { ...props, metadata: { ...props.metadata, annotations: { team: "shop" } } }, opts } : undefined,
 *   ],
 * });
 * ```
 */
export class Gateway extends pulumi.ComponentResource {
  /** Name of the Gateway; whatever uses it waits until it is programmed. */
  readonly gatewayName: pulumi.Output<string>;
  /** Namespace of the Gateway. */
  readonly namespaceName: pulumi.Output<string>;

  /** @throws pulumi.InputPropertyError or pulumi.InputPropertiesError naming each argument that is refused. */
  constructor(name: string, args: GatewayArgs, opts?: pulumi.ComponentResourceOptions) {
    throwIfAny(gatewayFindings(args));
    super("tarmac:kubernetes:Gateway", name, {}, opts);
    const { hostname, certificateIssuer, tlsSecret = `${name}-tls`, labels, addresses = [] } = args;
    const child = { parent: this, deletedWith: opts?.deletedWith };
    const namespace = new AppNamespace(
      args.namespaceName ?? `${name}-gateway`,
      { labels, podSecurity: "baseline", localDns: args.localDns },
      child,
    );
    const metadata = { namespace: namespace.namespaceName, labels };
    // Before the pods that they are for.
    const policy = (policyName: string, spec: input.networking.v1.NetworkPolicySpec) =>
      new NetworkPolicy(`${name}-${policyName}`, { metadata: { ...metadata, name: policyName }, spec }, child);
    const policies = [
      policy("gateway", gatewayPodRules(name)),
      ...(certificateIssuer === undefined ? [] : [policy("http01-challenge", challengeRules)]),
    ];
    const fromVault = args.keyVaultCertificate && keyVaultCertificate(name, args.keyVaultCertificate, metadata, child);
    const gateway = new CustomResource(
      name,
      {
        apiVersion: gatewayApiVersion,
        kind: "Gateway",
        metadata: {
          ...metadata,
          name,
          annotations: {
            "pulumi.com/waitFor": "condition=Programmed",
            ...(certificateIssuer !== undefined && { "cert-manager.io/cluster-issuer": certificateIssuer }),
            ...args.annotations,
          },
        },
        spec: {
          gatewayClassName: args.gatewayClass,
          ...(addresses.length > 0 && {
            addresses: addresses.map(({ type = "IPAddress", value }) => ({ type, value })),
          }),
          ...(args.infrastructureAnnotations !== undefined &&
            Object.keys(args.infrastructureAnnotations).length > 0 && {
              infrastructure: { annotations: args.infrastructureAnnotations },
            }),
          listeners: [
            // Here the redirect answers, and cert-manager's challenges.
            { ...listener("http", 80, "HTTP", hostname), allowedRoutes: { namespaces: { from: "Same" } } },
            {
              ...listener("https", 443, "HTTPS", hostname),
              allowedRoutes: { namespaces: { from: "Selector", selector: onlyNamespace(args.routesFrom) } },
              tls: {
                mode: "Terminate",
                ...(fromVault === undefined
                  ? { certificateRefs: [{ group: "", kind: "Secret", name: tlsSecret }] }
                  : { options: fromVault }),
              },
            },
          ],
        },
      },
      { ...child, dependsOn: policies },
    );
    // Nobody is served in the clear: who comes by http is sent to https.
    httpRoute(
      `${name}-redirect`,
      { hostname, parentRef: { name, sectionName: "http" }, metadata },
      { filters: [{ type: "RequestRedirect", requestRedirect: { scheme: "https", statusCode: 301 } }] },
      { ...child, dependsOn: gateway },
    );
    this.gatewayName = gateway.metadata.name;
    this.namespaceName = namespace.namespaceName;
    this.registerOutputs({ gatewayName: this.gatewayName, namespaceName: this.namespaceName });
  }
}

const listener = (name: string, port: number, protocol: string, hostname: string) => ({
  name,
  port,
  protocol,
  hostname,
});

const onlyNamespace = (name: pulumi.Input<string>) => ({ matchLabels: { "kubernetes.io/metadata.name": name } });
