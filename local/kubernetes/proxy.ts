/** kube-proxy, which turns Services into rules of this machine's firewall. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Daemon } from "../host/daemons.ts";
import { answersOk } from "../host/readiness.ts";
import { network, ports } from "../layout.ts";
import { writeText } from "../host/daemonFiles.ts";
import { kubeconfig, kubernetesFolder, kubernetesProgram, nodeName } from "./localCluster.ts";

export const kubeProxyName = "kube-proxy";

/** kube-proxy's configuration, in YAML. */
export function kubeProxyConfig(): string {
  return `apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: iptables
bindAddress: ${network.nodeAddress}
healthzBindAddress: 127.0.0.1:${ports.kubeProxyHealth}
metricsBindAddress: 127.0.0.1:${ports.kubeProxyMetrics}
clientConnection:
  kubeconfig: ${kubeconfig("kube-proxy")}
clusterCIDR: ${network.podCidr}
hostnameOverride: ${nodeName}
oomScoreAdj: 0
# Node ports answer on the bridge's address only, which nobody outside this machine reaches.
nodePortAddresses: [${network.podCidr}]
iptables:
  # With it kube-proxy would let every interface route to loopback; the pods' bridge alone needs that.
  localhostNodePorts: false
  minSyncPeriod: 0s
# The machine's connection tracking stays as it is.
conntrack:
  maxPerCore: 0
  min: 0
  tcpEstablishedTimeout: 0s
  tcpCloseWaitTimeout: 0s
`;
}

export function kubeProxyDaemon(): Daemon {
  const config = kubeProxyConfig();
  const configFile = join(kubernetesFolder, "kube-proxy.yaml");
  writeText(configFile, config);
  return {
    name: kubeProxyName,
    title: "kube-proxy",
    command: kubernetesProgram("kube-proxy"),
    args: [`--config=${configFile}`],
    configuration: [config, readFileSync(kubeconfig("kube-proxy"), "utf8")],
    listens: [
      { port: ports.kubeProxyHealth, address: "127.0.0.1" },
      { port: ports.kubeProxyMetrics, address: "127.0.0.1" },
    ],
    ready: () => answersOk(`http://127.0.0.1:${ports.kubeProxyHealth}/livez`),
  };
}
