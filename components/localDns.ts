/**
 * LocalDNS: on each node AKS runs a resolver at a link-local address, which pods ask instead of the pods of CoreDNS. Network policies
 * that allow CoreDNS alone then block every name. https://learn.microsoft.com/azure/aks/localdns-custom
 */
import type * as pulumi from "@pulumi/pulumi";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/index.js";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/index.js";

/** Whose network policies hold on a cluster with LocalDNS; "none": the cluster has no LocalDNS. */
export const localDnsEngines = ["none", "cilium", "calico"] as const;
export type LocalDns = (typeof localDnsEngines)[number];

/** Addresses of the resolver: 169.254.10.10 and 169.254.10.11. */
export const localDnsRange = "169.254.10.0/24";

const policyName = "local-dns";
const protocols = ["UDP", "TCP"] as const;

/**
 * Lets the pods of a namespace ask the resolver. Cilium counts the resolver as the node itself, which an address range never selects
 * (https://learn.microsoft.com/azure/aks/azure-cni-powered-by-cilium#limitations); before version 1.17 the range counted.
 */
export function allowLocalDns(
  name: string,
  engine: Exclude<LocalDns, "none">,
  metadata: { namespace: pulumi.Input<string>; labels?: pulumi.Input<Record<string, pulumi.Input<string>>> },
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const named = { ...metadata, name: policyName };
  if (engine === "calico")
    return new NetworkPolicy(
      `${name}-${policyName}`,
      {
        metadata: named,
        spec: {
          podSelector: {},
          policyTypes: ["Egress"],
          egress: [
            {
              to: [{ ipBlock: { cidr: localDnsRange } }],
              ports: protocols.map((protocol) => ({ port: 53, protocol })),
            },
          ],
        },
      },
      opts,
    );
  const toPorts = [{ ports: protocols.map((protocol) => ({ port: "53", protocol })) }];
  return new CustomResource(
    `${name}-${policyName}`,
    {
      apiVersion: "cilium.io/v2",
      kind: "CiliumNetworkPolicy",
      metadata: named,
      spec: {
        endpointSelector: {},
        egress: [
          { toEntities: ["host"], toPorts },
          { toCIDR: [localDnsRange], toPorts },
        ],
      },
    },
    opts,
  );
}
