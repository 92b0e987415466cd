import { type Gateway, gatewayStatus, proxyPod, proxyService } from "../../../../local/azure/applicationRouting.ts";

const gateway: Gateway = {
  metadata: { name: "hello", namespace: "hello-gateway", uid: "1", generation: 2 },
  spec: {
    gatewayClassName: "approuting-istio",
    infrastructure: { annotations: { "service.beta.kubernetes.io/azure-load-balancer-internal": "true" } },
    listeners: [
      { name: "http", port: 80 },
      { name: "https", port: 443 },
    ],
  },
};

test("a Gateway is programmed once its pods are admitted and its load balancer has an address", () => {
  expect(gatewayStatus(gateway, undefined, "127.44.0.1")).toMatchObject({
    addresses: [{ type: "IPAddress", value: "127.44.0.1" }],
    conditions: [
      { type: "Accepted", status: "True", observedGeneration: 2 },
      { type: "Programmed", status: "True", reason: "Programmed", observedGeneration: 2 },
    ],
  });
  expect(gatewayStatus(gateway, undefined, undefined)).toMatchObject({
    addresses: [],
    conditions: [{}, { type: "Programmed", status: "False", reason: "AddressNotAssigned" }],
  });
  const refused = 'pods "hello" is forbidden: violates PodSecurity "restricted:latest": seccompProfile';
  expect(gatewayStatus(gateway, refused, "127.44.0.1")).toMatchObject({
    addresses: [],
    conditions: [{}, { type: "Programmed", status: "False", message: refused }],
  });
});

test("the pods are as Istio makes them: nothing is privileged, but there is no seccomp profile", () => {
  const { metadata, spec } = proxyPod(gateway);
  expect(metadata?.labels).toEqual({ "gateway.networking.k8s.io/gateway-name": "hello" });
  expect(spec?.containers[0]?.securityContext).toMatchObject({ runAsNonRoot: true, capabilities: { drop: ["ALL"] } });
  expect(JSON.stringify(spec)).not.toContain("seccompProfile");
});

test("the load balancer belongs to the Gateway, and has its listeners and its infrastructure's annotations", () => {
  expect(proxyService(gateway)).toMatchObject({
    metadata: {
      name: "hello-approuting-istio",
      annotations: { "service.beta.kubernetes.io/azure-load-balancer-internal": "true" },
      ownerReferences: [{ kind: "Gateway", name: "hello", uid: "1" }],
    },
    spec: { type: "LoadBalancer", ports: [{ port: 15021 }, { port: 80 }, { port: 443 }] },
  });
});
