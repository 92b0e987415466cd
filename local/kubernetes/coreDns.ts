/** Cluster DNS: CoreDNS with the labels, the Service and the address that AKS gives it. */
import { network } from "../layout.ts";
import { clusterAccount, systemDeployment, systemNamespace, type ProgramSource } from "./systemPodShape.ts";

const name = "coredns";
const labels = { "k8s-app": "kube-dns" };
const ports = { dns: 53, health: 8080, ready: 8181 };

/**
 * Like on AKS, except for names outside the cluster: pods here reach nothing outside, so a lookup of such a name
 * fails at once (NXDOMAIN) instead of waiting for a server that cannot be reached.
 */
export const corefile = `.:${ports.dns} {
    errors
    ready :${ports.ready}
    health :${ports.health} {
        lameduck 5s
    }
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        pods insecure
        fallthrough in-addr.arpa ip6.arpa
        ttl 30
    }
    template ANY ANY {
        rcode NXDOMAIN
    }
    cache 30
}
`;

export function coreDnsObjects(source: ProgramSource): object[] {
  return [
    ...clusterAccount(name, "system:coredns", [
      { apiGroups: [""], resources: ["services", "pods", "namespaces"], verbs: ["list", "watch"] },
      { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
    ]),
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name, namespace: systemNamespace },
      data: { Corefile: corefile },
    },
    systemDeployment(
      {
        name,
        labels,
        args: ["-conf", "/etc/coredns/Corefile"],
        ports: [
          { name: "dns", containerPort: ports.dns, protocol: "UDP" },
          { name: "dns-tcp", containerPort: ports.dns, protocol: "TCP" },
        ],
        readinessProbe: { httpGet: { path: "/ready", port: ports.ready }, periodSeconds: 1 },
        livenessProbe: { httpGet: { path: "/health", port: ports.health }, initialDelaySeconds: 30 },
        memoryRequest: "32Mi",
        memoryLimit: "170Mi",
        volumes: [{ name: "config", configMap: { name } }],
        volumeMounts: [{ name: "config", mountPath: "/etc/coredns", readOnly: true }],
      },
      source,
    ),
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "kube-dns", namespace: systemNamespace, labels },
      spec: {
        clusterIP: network.dnsAddress,
        selector: labels,
        ports: [
          { name: "dns", port: 53, protocol: "UDP" },
          { name: "dns-tcp", port: 53, protocol: "TCP" },
        ],
      },
    },
  ];
}
