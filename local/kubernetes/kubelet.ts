/** The kubelet, which makes this machine the cluster's node. */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Daemon } from "../host/daemons.ts";
import { answersOk } from "../host/readiness.ts";
import { network, ports, sockets } from "../layout.ts";
import { writeText } from "../host/daemonFiles.ts";
import {
  credentialProviderConfig,
  credentialProviderConfigFile,
  credentialProviderFolder,
  writeCredentialProvider,
} from "./kubeletCredentials.ts";
import { kubeconfig, kubeletFolder, kubernetesFolder, kubernetesProgram, nodeName, pki } from "./localCluster.ts";

export const kubeletName = "kubelet";

/** The labels of AKS nodes, so that spread constraints and node selectors work as on AKS. */
export const nodeLabels = {
  agentpool: "system",
  "kubernetes.azure.com/agentpool": "system",
  "kubernetes.azure.com/mode": "system",
  "node.kubernetes.io/instance-type": "local",
  "topology.kubernetes.io/region": "local",
  "topology.kubernetes.io/zone": "local-1",
} as const;

/** The kubelet's configuration, in YAML. */
export function kubeletConfig(): string {
  return `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
# The API server reaches the kubelet here for logs and exec; on loopback it refuses to.
address: ${network.nodeAddress}
port: ${ports.kubelet}
healthzBindAddress: 127.0.0.1
healthzPort: ${ports.kubeletHealth}
containerRuntimeEndpoint: unix://${sockets.containerd}
cgroupDriver: cgroupfs
failCgroupV1: false
failSwapOn: false
# Lowering it takes CAP_SYS_RESOURCE, which containers and some virtual machines lack.
oomScoreAdj: 0
authentication:
  anonymous:
    enabled: false
  webhook:
    enabled: true
  x509:
    clientCAFile: ${pki("ca.crt")}
authorization:
  mode: Webhook
clusterDomain: cluster.local
clusterDNS: [${network.dnsAddress}]
podLogsDir: ${join(kubernetesFolder, "pod-logs")}
volumePluginDir: ${join(kubeletFolder, "volume-plugins")}
containerLogMaxSize: 5Mi
containerLogMaxFiles: 2
# The machine is shared with everything else that runs on it: its disk and memory are not the cluster's to manage.
evictionHard:
  memory.available: 64Mi
  nodefs.available: 500Mi
  imagefs.available: 500Mi
  nodefs.inodesFree: 1%
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
kubeReserved:
  cpu: 100m
  memory: 512Mi
enforceNodeAllocatable: [pods]
makeIPTablesUtilChains: false
registryPullQPS: 0
serializeImagePulls: false
`;
}

export function kubeletDaemon(): Daemon {
  mkdirSync(kubeletFolder, { recursive: true, mode: 0o755 });
  writeCredentialProvider();
  const config = kubeletConfig();
  const configFile = join(kubernetesFolder, "kubelet.yaml");
  writeText(configFile, config);
  const labels = Object.entries(nodeLabels).map(([key, value]) => `${key}=${value}`);
  return {
    name: kubeletName,
    title: "kubelet",
    command: kubernetesProgram("kubelet"),
    args: [
      `--config=${configFile}`,
      `--kubeconfig=${kubeconfig("kubelet")}`,
      `--root-dir=${kubeletFolder}`,
      `--cert-dir=${join(kubeletFolder, "pki")}`,
      `--hostname-override=${nodeName}`,
      `--node-ip=${network.nodeAddress}`,
      `--node-labels=${labels.join(",")}`,
      `--image-credential-provider-config=${credentialProviderConfigFile}`,
      `--image-credential-provider-bin-dir=${credentialProviderFolder}`,
    ],
    // With a real home folder, it would use the user's `docker login` credentials as the node's own.
    env: { HOME: "/nonexistent" },
    configuration: [config, credentialProviderConfig(), readFileSync(kubeconfig("kubelet"), "utf8")],
    listens: [
      { port: ports.kubelet, address: network.nodeAddress },
      { port: ports.kubeletHealth, address: "127.0.0.1" },
    ],
    ready: () => answersOk(`http://127.0.0.1:${ports.kubeletHealth}/healthz`),
  };
}
