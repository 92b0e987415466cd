/** Starts the local cluster, up to a node that accepts pods, and stops it. */
import { mkdirSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ensureBridge, removeBridge } from "../host/bridge.ts";
import { run } from "../host/command.ts";
import { killTasks, shims } from "../engine/tasks.ts";
import { containerdName } from "../engine/containerd.ts";
import { ensureChains, removeChains } from "../host/iptablesChains.ts";
import { mountsBelow, unmount } from "../host/mounts.ts";
import { daemonStatus, startDaemon, stopDaemon, type Daemon, type DaemonStatus } from "../host/daemons.ts";
import type { Report } from "../progress.ts";
import { network } from "../layout.ts";
import { apiServerDaemon, apiServerName } from "./kubeApiserver.ts";
import { removePodCgroups } from "./cgroups.ts";
import { clearPodNetworks, podNamespaces, writeCniConfig } from "./cni.ts";
import { controllerManagerDaemon, controllerManagerName, schedulerDaemon, schedulerName } from "./controllers.ts";
import { DamagedStoreError, etcdName, hasStore, putStoreAside, startEtcd } from "./etcd.ts";
import { clusterChains, setForwarding } from "./firewall.ts";
import { kubeletDaemon, kubeletName } from "./kubelet.ts";
import { removeLeftRules } from "./leftRules.ts";
import { loadBalancerDaemon, loadBalancerName, loadBalancerSocket } from "./loadBalancer.ts";
import { kubeletFolder, kubernetesFolder, kubernetesProgram, podBridge } from "./localCluster.ts";
import { networkPolicyControllerDaemon, networkPolicyControllerName } from "./networkPolicies.ts";
import { nodeReady } from "./node.ts";
import { ensurePki } from "./pki.ts";
import { ensurePodRoutes, removePodRoutes } from "./podRoutes.ts";
import { kubeProxyDaemon, kubeProxyName } from "./proxy.ts";
import { applyRoles } from "./rbac.ts";
import { removeSandboxes } from "./podSandboxes.ts";
import { applySystemPods, systemPodsAreApplied, systemPodsReady } from "./systemPods.ts";

/** The name of a component's process. It identifies the process when its pid file is lost. */
function programOf(name: string): string {
  return ownPrograms.includes(name) ? "node" : name;
}

/** In the order of their start. They stop in the opposite order. */
const names = [
  etcdName,
  apiServerName,
  controllerManagerName,
  schedulerName,
  kubeletName,
  kubeProxyName,
  networkPolicyControllerName,
  loadBalancerName,
];

/** Components that are programs of this project, run by Node. */
const ownPrograms = [loadBalancerName];

async function startNetwork(report: Report): Promise<void> {
  const made = await ensureBridge(podBridge);
  setForwarding();
  writeCniConfig();
  await ensureChains(clusterChains);
  await ensurePodRoutes();
  // Pods stay disconnected when their bridge was deleted, so they are stopped and the kubelet starts them again.
  if (made) await stopPods(report);
}

async function start(daemon: Daemon, report: Report): Promise<"running" | "started"> {
  const outcome = await startDaemon(daemon);
  if (outcome === "started") report(`${daemon.title} started`);
  return outcome;
}

/** Stops the components that use the store, because none of them can switch to another store. */
async function stopComponents(): Promise<void> {
  for (const name of [...names].reverse()) await stopDaemon(name, { program: programOf(name) });
}

async function startStore(report: Report): Promise<void> {
  if (!hasStore()) await stopComponents();
  let outcome: "running" | "started";
  try {
    outcome = await startEtcd();
  } catch (error) {
    if (!(error instanceof DamagedStoreError)) throw error;
    await stopComponents();
    report(`etcd cannot open its store: the cluster starts empty (the store is kept as ${putStoreAside()})`);
    outcome = await startEtcd();
  }
  if (outcome === "started") report("etcd started");
}

/**
 * Starts the cluster, or the parts of it that do not run correctly, and waits until the node accepts pods. The engine must
 * run. Repairs what an earlier run left: killed components, damaged certificates, a damaged store, or the state after a reboot.
 *
 * @throws PortTakenError, DaemonError, or an Error with the node's own message
 */
export async function startKubernetes(report: Report): Promise<void> {
  const since = Date.now();
  mkdirSync(kubernetesFolder, { recursive: true, mode: 0o700 });
  const version = (await run(kubernetesProgram("kubeadm"), ["version", "--output=short"])).trim();
  const [newPki] = await Promise.all([ensurePki(version, report), startNetwork(report)]);
  // Stop all of them first, in order: restarted one by one, each would wait in vain for its clients to disconnect.
  if (newPki) await stopComponents();
  await startStore(report);
  // The kubelet starts at the same time as the API server, and registers the node when the API server answers.
  const [kubelet, api] = await Promise.all([start(kubeletDaemon(), report), start(apiServerDaemon(), report)]);
  const others = [controllerManagerDaemon(), schedulerDaemon(), kubeProxyDaemon(), loadBalancerDaemon()];
  const newPods = api === "started" || !systemPodsAreApplied();
  const roles = api === "started" ? applyRoles() : Promise.resolve();
  await Promise.all([
    // The policy controller exits if it lacks the rights to list what it watches, or finds no node.
    Promise.all([roles, nodeReady(kubelet === "started" ? since : 0)]).then(() =>
      start(networkPolicyControllerDaemon(), report),
    ),
    newPods ? applySystemPods() : undefined,
    ...others.map((daemon) => start(daemon, report)),
  ]);
  if (newPods || kubelet === "started") {
    report("waiting for cluster DNS");
    await systemPodsReady();
  }
}

/** Stops the pods: through containerd if it answers, otherwise by process id. */
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
 * @param options.remove also deletes its state: the next start creates a new cluster
 */
export async function stopKubernetes(report: Report, options: { remove?: boolean } = {}): Promise<void> {
  await stopDaemon(kubeletName, { program: programOf(kubeletName) });
  const namespaces = podNamespaces();
  await stopPods(report);
  await stopComponents();
  await removeLeftRules();
  await removePodRoutes();
  await unmount(mountsBelow(kubeletFolder));
  await clearPodNetworks(namespaces, report);
  removePodCgroups();
  await removeChains(clusterChains);
  await removeBridge(network.bridge);
  rmSync(loadBalancerSocket, { force: true });
  report("cluster stopped");
  if (options.remove !== true) return;
  removeLogLinks();
  rmSync(kubernetesFolder, { recursive: true, force: true });
  report("cluster deleted");
}

export function kubernetesStatus(): DaemonStatus[] {
  return names.map(daemonStatus);
}
