/** Folders, names and addresses of the local cluster that more than one of its parts needs. */
import { join } from "node:path";
import type { Bridge } from "../host/bridge.ts";
import { network, ports, stateFolder } from "../settings.ts";
import { toolsFolder } from "../toolchain/folder.ts";

/** All state of the cluster: without it the next start makes a new one. */
export const kubernetesFolder = join(stateFolder, "kubernetes");
export const pkiFolder = join(kubernetesFolder, "pki");
export const kubeletFolder = join(kubernetesFolder, "kubelet");

/** Group system:masters: what AKS hands out as admin credentials. */
export const adminKubeconfig = join(kubernetesFolder, "super-admin.conf");

/** The one node. */
export const nodeName = "tarmac-local-0";

/**
 * The API server listens on the bridge only: pods reach it there through the `kubernetes` Service, this machine does as
 * well, and the firewall keeps everybody else out.
 */
export const apiServerUrl = `https://${network.nodeAddress}:${ports.kubernetesApi}`;

export const podBridge: Bridge = {
  name: network.bridge,
  address: network.nodeAddress,
  prefixLength: Number(network.podCidr.split("/")[1]),
  mac: "0a:58:0a:f4:00:01",
};

/** The path of one of the programs the Kubernetes binary acts as. */
export function kubernetesProgram(name: string): string {
  return join(toolsFolder(), name);
}

/** The path of a file kubeadm made. */
export function pki(file: string): string {
  return join(pkiFolder, file);
}

/** The path of a component's kubeconfig. */
export function kubeconfig(component: string): string {
  return join(kubernetesFolder, `${component}.conf`);
}
