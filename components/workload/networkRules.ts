/** The rules of the workload's network policy. */
import { isIPv4, isIPv6 } from "node:net";
import type * as pulumi from "@pulumi/pulumi";
import type { input } from "@pulumi/kubernetes/types/index.js";
import { cidrProblem } from "@tarmac/validate/cidr";
import { peerRangeProblem } from "@tarmac/validate/networkPeers";
import { dnsLabelProblem } from "@tarmac/validate/kubernetesNames";
import { signInRanges } from "../azure/workloadIdentity.ts";
import type { ServiceType, WorkloadSettings } from "./workloadArgs.ts";
import { portName } from "./podTemplate.ts";

const isRange = (peer: string) => /[/:.]/.test(peer);

/**
 * Returns the problem with an address range of a peer, or `undefined`. A single address or a name is usually a mistake.
 */
function rangeProblem(peer: string): string | undefined {
  if (isIPv4(peer)) return `"${peer}" is an address and not a range: use "${peer}/32" for this address alone`;
  if (isIPv6(peer)) return `"${peer}" is an address and not a range: use "${peer}/128" for this address alone`;
  if (/[a-z]/i.test(peer) && !peer.includes(":") && !/^[\d./]+$/.test(peer))
    return `"${peer}" is a host name, and network policies know only addresses and namespaces: use its address ranges, e.g. "10.20.0.0/24", or the name of a namespace`;
  return cidrProblem(peer);
}

/** Returns the problem with a peer that may connect, or `undefined`. */
export function ingressPeerProblem(peer: string, serviceType: ServiceType): string | undefined {
  // A load balancer on the caller's own machine, as in a development cluster, gets requests from loopback addresses.
  if (isRange(peer)) return rangeProblem(peer) ?? (peer.startsWith("127.") ? undefined : peerRangeProblem(peer));
  if (serviceType !== "ClusterIP")
    return `"${peer}" is not an address range, and behind a load balancer namespaces cannot be told apart: use ADDRESS/BITS, e.g. "203.0.113.0/24"`;
  return dnsLabelProblem(peer) === undefined
    ? undefined
    : `"${peer}" is not a namespace or an address range: use e.g. "shop" or "10.20.0.0/24"`;
}

/** Returns the problem with a peer that the pods may connect to, or `undefined`. */
export function egressPeerProblem(peer: string): string | undefined {
  return ingressPeerProblem(peer, "ClusterIP") ?? peerRangeProblem(peer);
}

const namespaceOf = (name: pulumi.Input<string>) => ({
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
});

const peerOf = (peer: string) => (isRange(peer) ? { ipBlock: { cidr: peer } } : namespaceOf(peer));

type Peer = input.networking.v1.NetworkPolicyPeer;

/**
 * The API server's way to pods on AKS, by which its proxy asks services (the smoke test of `deploy` does). Only those whom the cluster
 * lets use the proxy come this way. https://learn.microsoft.com/troubleshoot/azure/azure-kubernetes/connectivity/tunnel-connectivity-issues
 */
const konnectivity: Peer = {
  ...namespaceOf("kube-system"),
  podSelector: { matchLabels: { app: "konnectivity-agent" } },
};

/** Returns the peers that may connect to the pods. An empty list allows all. */
function ingressPeers({ serviceType, ingressFrom, route }: WorkloadSettings): Peer[] {
  // Connections from a load balancer come from node addresses. The load balancer itself checks the ranges
  // (loadBalancerSourceRanges).
  if (serviceType !== "ClusterIP") return [];
  if (ingressFrom.length === 0) return [{ namespaceSelector: {} }];
  return [
    ...ingressFrom.map(peerOf),
    konnectivity,
    ...(route === undefined ? [] : [namespaceOf(route.gateway.namespace)]),
  ];
}

export const nameResolution: input.networking.v1.NetworkPolicyEgressRule = {
  to: [
    {
      ...namespaceOf("kube-system"),
      podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
    },
  ],
  ports: [
    { port: 53, protocol: "UDP" },
    { port: 53, protocol: "TCP" },
  ],
};

/** Allows requests to Entra for tokens. The services that the pod then calls must be in `egressTo`. */
const entraSignIn: input.networking.v1.NetworkPolicyEgressRule = {
  to: signInRanges.map(peerOf),
  ports: [{ port: 443, protocol: "TCP" }],
};

/** Returns the policy. Ingress: the service's port, from the allowed peers. Egress: DNS, and the requested peers. */
export function networkRules(
  s: WorkloadSettings,
  selector: Record<string, string>,
): input.networking.v1.NetworkPolicySpec {
  return {
    podSelector: { matchLabels: selector },
    policyTypes: ["Ingress", "Egress"],
    ingress: [{ from: ingressPeers(s), ports: [{ port: portName, protocol: "TCP" }] }],
    egress: [
      nameResolution,
      ...(s.identity === undefined ? [] : [entraSignIn]),
      ...(s.egressTo.length > 0 ? [{ to: s.egressTo.map(peerOf) }] : []),
    ],
  };
}
