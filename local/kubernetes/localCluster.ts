/** Folders, names and addresses of the local cluster that more than one of its parts needs. */
import { join } from "node:path";
import type { Bridge } from "../host/bridge.ts";
import { network, ports, stateFolder } from "../layout.ts";
import { toolsFolder } from "../toolchain/folder.ts";

/** All state of the cluster. Without it, the next start creates a new cluster. */
export const kubernetesFolder = join(stateFolder, "kubernetes");
export const pkiFolder = join(kubernetesFolder, "pki");
export const kubeletFolder = join(kubernetesFolder, "kubelet");

/** Group system:masters, like AKS's admin credentials. */
export const adminKubeconfig = join(kubernetesFolder, "super-admin.conf");

/** The one node. */
export const nodeName = "tarmac-local-0";

/**
 * The API server listens on the bridge only. Pods reach it there through the `kubernetes` Service, and so does this machine. The
 * firewall blocks all other clients.
 */
export const apiServerUrl = `https://${network.nodeAddress}:${ports.kubernetesApi}`;

export const podBridge: Bridge = {
  name: network.bridge,
  address: network.nodeAddress,
  prefixLength: Number(network.podCidr.split("/")[1]),
  mac: "0a:58:0a:f4:00:01",
};

/** The path of one of the programs in the Kubernetes binary. */
export function kubernetesProgram(name: string): string {
  return join(toolsFolder(), name);
}

/** The path of a file that kubeadm created. */
export function pki(file: string): string {
  return join(pkiFolder, file);
}

/** The path of a component's kubeconfig. */
export function kubeconfig(component: string): string {
  return join(kubernetesFolder, `${component}.conf`);
}
