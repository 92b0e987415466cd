/** What the network policies of a Gateway's namespace let in and out. */
import type { input } from "@pulumi/kubernetes/types/index.js";
import { nameResolution } from "../workload/networkRules.ts";

type Rules = input.networking.v1.NetworkPolicySpec;

/** For the pods that an implementation creates for a Gateway: everybody in, out to pods and names alone. */
export const gatewayPodRules = (gateway: string): Rules => ({
  podSelector: { matchLabels: { "gateway.networking.k8s.io/gateway-name": gateway } },
  policyTypes: ["Ingress", "Egress"],
  ingress: [{}],
  // The services, and the controller, whose namespace differs from one implementation to the next.
  egress: [nameResolution, { to: [{ namespaceSelector: {} }] }],
});

/**
 * For the pod that answers an HTTP-01 challenge. cert-manager creates it beside the Gateway, and the gateway's pods ask it.
 * https://github.com/cert-manager/cert-manager/blob/master/pkg/issuer/acme/http/pod.go
 */
export const challengeRules: Rules = {
  podSelector: { matchLabels: { "acme.cert-manager.io/http01-solver": "true" } },
  policyTypes: ["Ingress", "Egress"],
  ingress: [{ from: [{ namespaceSelector: {} }], ports: [{ port: 8089, protocol: "TCP" }] }],
};
