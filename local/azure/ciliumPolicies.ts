/**
 * The kind `CiliumNetworkPolicy` of a cluster with Azure CNI by Cilium. Only its definition is installed, with the part of
 * Cilium's schema that this project uses, so Kubernetes refuses a misspelled field. The policies have no effect, because Cilium does not run.
 * https://docs.cilium.io/en/stable/network/kubernetes/policy/#ciliumnetworkpolicy
 */
import type { KubernetesObject } from "@kubernetes/client-node";

/** JSON in Kubernetes' form. The client's own type renames a property, and only in a part of a schema. */
type Schema = Record<string, unknown>;

const text: Schema = { type: "string" };
const list = (items: Schema): Schema => ({ type: "array", items });
const object = (properties: Record<string, Schema>, required: string[] = []): Schema => ({
  type: "object",
  properties,
  ...(required.length > 0 && { required }),
});

const port = object(
  { port: { type: "string", pattern: "^\\d+$" }, protocol: { type: "string", enum: ["TCP", "UDP", "SCTP", "ANY"] } },
  ["port"],
);
const entities = [
  "all",
  "world",
  "cluster",
  "host",
  "init",
  "ingress",
  "unmanaged",
  "remote-node",
  "health",
  "none",
  "kube-apiserver",
];
const egress = object({
  toEntities: list({ type: "string", enum: entities }),
  toCIDR: list({ type: "string", pattern: "^[0-9a-f.:]+/\\d+$" }),
  toPorts: list(object({ ports: list(port) })),
});
const labels: Schema = { type: "object", additionalProperties: text };

export const ciliumNetworkPolicies: KubernetesObject & { spec: object } = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "ciliumnetworkpolicies.cilium.io" },
  spec: {
    group: "cilium.io",
    scope: "Namespaced",
    names: {
      kind: "CiliumNetworkPolicy",
      plural: "ciliumnetworkpolicies",
      singular: "ciliumnetworkpolicy",
      shortNames: ["cnp"],
    },
    versions: [
      {
        name: "v2",
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: object({
            spec: object({ endpointSelector: object({ matchLabels: labels }), egress: list(egress) }, [
              "endpointSelector",
            ]),
          }),
        },
      },
    ],
  },
};
