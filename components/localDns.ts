/**
 * LocalDNS: AKS runs a DNS resolver at a link-local address on each node, and pods query it instead of CoreDNS. Network
 * policies that allow only CoreDNS then block all name resolution.
 * https://learn.microsoft.com/azure/aks/localdns-custom
 */
import type * as pulumi from "@pulumi/pulumi";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/index.js";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/index.js";

/** Network policy engines of clusters with LocalDNS. "none" means that the cluster has no LocalDNS. */
export const localDnsEngines = ["none", "cilium", "calico"] as const;
export type LocalDns = (typeof localDnsEngines)[number];

/** Contains the resolver's addresses, 169.254.10.10 and 169.254.10.11. */
const localDnsRange = "169.254.10.0/24";

const policyName = "local-dns";
const protocols = ["UDP", "TCP"] as const;

/**
 * Lets the pods of a namespace query the resolver. Cilium treats the resolver as part of the node, which an address
 * range never selects (https://learn.microsoft.com/azure/aks/azure-cni-powered-by-cilium#limitations). Before version
 * 1.17 the address range applied.
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
