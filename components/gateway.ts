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

/** An address that the Gateway requests from its implementation. */
export interface GatewayAddress {
  /** Type of the address. @default "IPAddress" @example "alb.networking.azure.io/alb-frontend" */
  type?: string;
  /** The IP address, or the name of the address as the implementation knows it. @example "203.0.113.7" */
  value: string;
}

export interface GatewayArgs {
  /** Host name that the Gateway serves. @example "shop.example.com" */
  hostname: string;
  /**
   * GatewayClass, which selects the implementation. `kubectl get gatewayclasses` lists the classes of a cluster.
   * @example "approuting-istio"
   */
  gatewayClass: string;
  /** Namespace whose routes may attach to the Gateway, such as `namespaceName` of `AppNamespace`. @example "shop" */
  routesFrom: pulumi.Input<string>;
  /** Namespace to create for the Gateway and its implementation's pods. @default "NAME-gateway" */
  namespaceName?: string;
  /** Secret in the Gateway's namespace with the certificate (`tls.crt`, `tls.key`). @default "NAME-tls" */
  tlsSecret?: string;
  /**
   * ClusterIssuer (cert-manager) that issues the certificate and stores it in `tlsSecret`.
   * @default none
   * @example "letsencrypt"
   */
  certificateIssuer?: string;
  /**
   * Certificate from Key Vault, in place of a Secret. Only with the class "approuting-istio".
   * @default none
   * @example { resourceGroupName: "shop-dev", certificateId: "/subscriptions/.../vaults/shop/certificates/www", issuerUrl: cluster.issuerUrl }
   */
  keyVaultCertificate?: KeyVaultCertificateArgs;
  /**
   * Annotations of the Gateway, for example those that Application Gateway for Containers uses to find its Azure
   * resource.
   * @default none
   * @example { "alb.networking.azure.io/alb-id": "/subscriptions/.../trafficControllers/shop" }
   */
  annotations?: Record<string, string>;
  /**
   * Annotations of the resources that the implementation creates, such as its load balancer.
   * @default none
   * @example { "service.beta.kubernetes.io/azure-load-balancer-internal": "true" }
   */
  infrastructureAnnotations?: Record<string, string>;
  /** Addresses to request from the implementation. @default it chooses @example [{ value: "203.0.113.7" }] */
  addresses?: readonly GatewayAddress[];
  /**
   * Network policy engine of a cluster with LocalDNS, the resolver on each node. The component then lets the Gateway's
   * pods query that resolver. "none" means that the cluster has no LocalDNS.
   * @default "none"
   */
  localDns?: LocalDns;
  /** Labels of all objects in the namespace, and of the namespace. @default none @example { team: "shop" } */
  labels?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** Returns the problem with an address of a Gateway, or `undefined`. */
export function gatewayAddressProblem({ type = "IPAddress", value }: GatewayAddress): string | undefined {
  if (!/^([A-Za-z][A-Za-z0-9-]*|[a-z0-9.-]+\/[A-Za-z0-9/-]+)$/.test(type))
    return `"${type}" is not a type of address: use e.g. "alb.networking.azure.io/alb-frontend"`;
  if (type !== "IPAddress") return undefined;
  if (isIP(value) === 0) return `"${value}" is not an IP address: use e.g. "203.0.113.9"`;
  const range = isIPv4(value) ? peerRangeProblem(`${value}/32`) : undefined;
  return range === undefined
    ? undefined
    : `"${value}" is not an address that a load balancer can have: use a public address, or one of the network`;
}

/** Returns the problems of the plain arguments, by property. */
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
 * A Gateway with TLS for one host name, in its own namespace. It redirects HTTP to HTTPS. The namespace enforces the
 * Pod Security standard `baseline`, because the proxies that Istio creates there do not meet `restricted`. An update
 * waits until the Gateway is programmed: until it has an address and answers.
 * https://gateway-api.sigs.k8s.io
 *
 * Use `transforms` to change resource properties that no argument covers.
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
  /** Name of the Gateway. Resources that use this output wait until the Gateway is programmed. */
  readonly gatewayName: pulumi.Output<string>;
  /** Namespace of the Gateway. */
  readonly namespaceName: pulumi.Output<string>;

  /** @throws pulumi.InputPropertyError or pulumi.InputPropertiesError naming each invalid argument. */
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
    // The policies come before the pods that they apply to.
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
            // This listener serves the redirect and cert-manager's HTTP-01 challenges.
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
    // Redirect all plain HTTP to HTTPS.
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
