/**
 * The folders and ports of the local environment.
 *
 * There is one environment per machine, so its folders and ports are fixed. If a port is in use, the error names the program
 * that holds it; a second environment never starts next to the first.
 */
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout that this program runs from. */
export const checkoutFolder = resolve(dirname(fileURLToPath(import.meta.url)), "..");

/** Built tools and downloads, shared by every checkout of this user; safe to delete at any time. */
export const cacheFolder =
  process.env.TARMAC_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "tarmac");

/** All state of the environment that survives a reboot: images, etcd, the inventory of the simulated Azure, the Pulumi state. */
export const stateFolder = process.env.TARMAC_STATE ?? "/var/lib/tarmac";

/** Sockets and pid files. They are invalid after a reboot, so they are in a place that a reboot clears. */
export const runFolder = process.env.TARMAC_RUN ?? "/run/tarmac";

export const logFolder = join(stateFolder, "logs");

/** The Node that runs this program. Child programs use the same one, regardless of PATH. */
export const nodeBinary = process.execPath;

export const ports = {
  /** Simulated Azure: Resource Manager, Entra, managed-identity endpoint; https. */
  azure: 47443,
  /** The proxy that leads Azure's own host names to the simulated Azure; loopback, http. */
  azureNames: 47444,
  /** Login servers of the simulated container registries, one port per registry; https. */
  registries: [47500, 47501, 47502, 47503, 47504, 47505, 47506, 47507, 47508, 47509],
  /** API servers of the simulated managed clusters, one port per cluster, on the node's address; each leads to the local Kubernetes. */
  clusterApis: Array.from({ length: 20 }, (_, index) => 47610 + index),
  /** The registry of base images, which stands in for the public ones; loopback, http, no sign-in. */
  baseRegistry: 47600,
  kubernetesApi: 47643,
  etcdClient: 47379,
  etcdPeer: 47380,
  kubelet: 47650,
  kubeletHealth: 47648,
  controllerManager: 47657,
  scheduler: 47659,
  kubeProxyHealth: 47656,
  kubeProxyMetrics: 47649,
  networkPolicyHealth: 47660,
} as const;

export const network = {
  bridge: "tarmac0",
  /** The bridge's own address: the node's IP, and the pods' gateway. */
  nodeAddress: "10.244.0.1",
  podCidr: "10.244.0.0/24",
  serviceCidr: "10.96.0.0/16",
  dnsAddress: "10.96.0.10",
  /** Loopback addresses for Services of type LoadBalancer; reachable from this machine only. */
  loadBalancerPrefix: "127.44.0.",
} as const;

export const sockets = {
  containerd: join(runFolder, "containerd.sock"),
  docker: join(runFolder, "docker.sock"),
} as const;

/** Certificates of the environment's own authority. */
export const tlsFolder = join(stateFolder, "tls");
export const caCertificate = join(tlsFolder, "ca.crt");
