/** The local cluster: from nothing to a node that takes pods, and back. */
import { mkdirSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ensureBridge, removeBridge } from "../bridge.ts";
import { run } from "../command.ts";
import { killTasks, shims } from "../engine/tasks.ts";
import { containerdName } from "../engine/containerd.ts";
import { ensureChains, removeChains } from "../firewall.ts";
import { mountsBelow, unmount } from "../mounts.ts";
import { daemonStatus, startDaemon, stopDaemon, type Daemon, type DaemonStatus } from "../processes.ts";
import type { Report } from "../progress.ts";
import { network } from "../settings.ts";
import { apiServerDaemon, apiServerName } from "./apiServer.ts";
import { removePodCgroups } from "./cgroups.ts";
import { clearPodNetworks, podNamespaces, writeCniConfig } from "./cni.ts";
import { controllerManagerDaemon, controllerManagerName, schedulerDaemon, schedulerName } from "./controllers.ts";
import { etcdName, startEtcd } from "./etcd.ts";
import { clusterChains, setForwarding } from "./firewall.ts";
import { kubeletDaemon, kubeletName } from "./kubelet.ts";
import { loadBalancerDaemon, loadBalancerName } from "./loadBalancer.ts";
import { kubeletFolder, kubernetesFolder, kubernetesProgram, podBridge } from "./names.ts";
import { nodeReady } from "./node.ts";
import { ensurePki } from "./pki.ts";
import { kubeProxyDaemon, kubeProxyName, removeServiceRules } from "./proxy.ts";
import { applyRoles } from "./rbac.ts";
import { removeSandboxes } from "./sandboxes.ts";

/** In the order they start; they stop in the opposite order. */
const names = [
  etcdName,
  apiServerName,
  controllerManagerName,
  schedulerName,
  kubeletName,
  kubeProxyName,
  loadBalancerName,
];

async function startNetwork(): Promise<void> {
  await ensureBridge(podBridge);
  setForwarding();
  writeCniConfig();
  await ensureChains(clusterChains);
}

async function start(daemon: Daemon, report: Report): Promise<"running" | "started"> {
  const outcome = await startDaemon(daemon);
  if (outcome === "started") report(`${daemon.title} started`);
  return outcome;
}

/**
 * Starts the cluster, or what of it does not run as it should, and waits until the node takes pods. The engine must
 * run. Whatever an earlier run left (killed components, a reboot, damaged certificates or store) is mended.
 *
 * @throws PortTakenError, DaemonError, or an Error of the node's own words
 */
export async function startKubernetes(report: Report): Promise<void> {
  const since = Date.now();
  mkdirSync(kubernetesFolder, { recursive: true, mode: 0o700 });
  const version = (await run(kubernetesProgram("kubeadm"), ["version", "--output=short"])).trim();
  await Promise.all([startNetwork(), ensurePki(version, report)]);
  if ((await startEtcd(report)) === "started") report("etcd started");
  // The kubelet begins beside the API server: it starts its work and registers when that answers.
  const kubelet = start(kubeletDaemon(), report);
  const api = start(apiServerDaemon(), report);
  const [kubeletOutcome, apiOutcome] = await Promise.all([kubelet, api]);
  if (apiOutcome === "started") await applyRoles();
  const others = [controllerManagerDaemon(), schedulerDaemon(), kubeProxyDaemon(), loadBalancerDaemon()];
  await Promise.all(others.map((daemon) => start(daemon, report)));
  await nodeReady(kubeletOutcome === "started" ? since : 0);
}

/** Ends the pods: by containerd while it answers, else by process id. */
async function stopPods(report: Report): Promise<void> {
  if (daemonStatus(containerdName).pid !== undefined) {
    try {
      const count = await removeSandboxes();
      if (count > 0) report(`${count} pods ended`);
    } catch (error) {
      report(
        `containerd does not end the pods (${error instanceof Error ? error.message : String(error)}): ending their processes`,
      );
    }
  }
  await killTasks(shims().filter(({ namespace }) => namespace === "k8s.io"));
}

/** The kubelet keeps links to its pods' logs in a folder that is fixed in its source. */
function removeLogLinks(): void {
  const folder = "/var/log/containers";
  let entries: string[];
  try {
    entries = readdirSync(folder);
  } catch {
    return;
  }
  for (const path of entries.map((name) => join(folder, name))) {
    if (readlinkSync(path).startsWith(`${kubernetesFolder}/`)) rmSync(path, { force: true });
  }
}

/**
 * Stops the cluster with its pods and removes its network and firewall rules. The engine must still run.
 *
 * @param options.remove also deletes its state: the next start makes a new cluster
 */
export async function stopKubernetes(report: Report, options: { remove?: boolean } = {}): Promise<void> {
  const program = (name: string) => (name === loadBalancerName ? "node" : name);
  await Promise.all([kubeletName, loadBalancerName].map((name) => stopDaemon(name, { program: program(name) })));
  const namespaces = podNamespaces();
  await stopPods(report);
  for (const name of [...names].reverse()) await stopDaemon(name, { program: program(name) });
  await removeServiceRules();
  await unmount(mountsBelow(kubeletFolder));
  await clearPodNetworks(namespaces, report);
  removePodCgroups();
  await removeChains(clusterChains);
  await removeBridge(network.bridge);
  report("cluster stopped");
  if (options.remove !== true) return;
  removeLogLinks();
  rmSync(kubernetesFolder, { recursive: true, force: true });
  report("cluster deleted");
}

export function kubernetesStatus(): DaemonStatus[] {
  return names.map(daemonStatus);
}
