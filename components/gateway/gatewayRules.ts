/** The network policy rules of a Gateway's namespace. */
import type { input } from "@pulumi/kubernetes/types/index.js";
import { nameResolution } from "../workload/networkRules.ts";

type Rules = input.networking.v1.NetworkPolicySpec;

/** For the pods that an implementation creates for a Gateway: allow all ingress, and egress only to pods and DNS. */
export const gatewayPodRules = (gateway: string): Rules => ({
  podSelector: { matchLabels: { "gateway.networking.k8s.io/gateway-name": gateway } },
  policyTypes: ["Ingress", "Egress"],
  ingress: [{}],
  // Egress to the services and to the implementation's controller, whose namespace depends on the implementation.
  egress: [nameResolution, { to: [{ namespaceSelector: {} }] }],
});

/**
 * For the pod that answers an HTTP-01 challenge. cert-manager creates the pod in the Gateway's namespace, and the
 * gateway's pods send requests to it.
 * https://github.com/cert-manager/cert-manager/blob/master/pkg/issuer/acme/http/pod.go
 */
export const challengeRules: Rules = {
  podSelector: { matchLabels: { "acme.cert-manager.io/http01-solver": "true" } },
  policyTypes: ["Ingress", "Egress"],
  ingress: [{ from: [{ namespaceSelector: {} }], ports: [{ port: 8089, protocol: "TCP" }] }],
};
