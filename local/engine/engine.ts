/** The container engine: containerd, the Docker engine, and the registry of base images. */
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { removeBridge } from "../host/bridge.ts";
import { removeChains } from "../host/iptablesChains.ts";
import { mountsBelow, unmount } from "../host/mounts.ts";
import { daemonStatus, startDaemon, stopDaemon, type DaemonStatus } from "../host/daemons.ts";
import type { Report } from "../progress.ts";
import { runFolder, sockets, stateFolder } from "../layout.ts";
import { baseRegistryDaemon, baseRegistryFolder, baseRegistryName } from "./baseRegistry.ts";
import { containerdDaemon, containerdName, containerdRoot, containerdState } from "./containerd.ts";
import {
  clearDockerPidFile,
  dockerBridge,
  dockerChains,
  dockerDaemon,
  dockerdName,
  dockerRoot,
  dockerRunFolder,
} from "./dockerd.ts";
import { ensurePauseImage } from "./pauseImage.ts";
import { clearLostTasks, killTasks, shims } from "./tasks.ts";

const containerdStore = join(containerdRoot, "io.containerd.metadata.v1.bolt", "meta.db");
const engineFolder = join(stateFolder, "engine");

async function startContainerd(report: Report): Promise<void> {
  if (!existsSync(containerdStore)) {
    // The store was deleted, perhaps while containerd was running: its containers can no longer be managed.
    await stopDaemon(containerdName, { program: "containerd" });
    await killTasks(shims());
  }
  const daemon = containerdDaemon();
  if (daemonStatus(containerdName).pid === undefined) {
    const lost = await clearLostTasks();
    if (lost > 0) report(`stopped ${lost} containers of an earlier run`);
  }
  if ((await startDaemon(daemon)) === "started") report("started containerd");
}

async function startDocker(report: Report): Promise<void> {
  const daemon = await dockerDaemon();
  if (daemonStatus(dockerdName).pid === undefined) clearDockerPidFile();
  if ((await startDaemon(daemon)) === "started") report("started the Docker engine");
}

/**
 * Starts containerd, the Docker engine and the registry of base images, unless they run already, and provides the pause
 * image. `ensureBaseImage` provides the stand-in for the Node image, and may run while the cluster starts.
 */
export async function startEngine(report: Report): Promise<void> {
  for (const folder of [stateFolder, engineFolder]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  mkdirSync(runFolder, { recursive: true, mode: 0o755 });
  const registry = startDaemon(baseRegistryDaemon()).then((outcome) => {
    if (outcome === "started") report("started the registry of base images");
  });
  const runtime = startContainerd(report).then(() => startDocker(report));
  await Promise.all([registry, runtime]);
  await ensurePauseImage(report);
}

/**
 * Stops the engine and all containers. Stop the cluster first.
 *
 * @param options.remove also deletes images and settings
 */
export async function stopEngine(report: Report, options: { remove?: boolean } = {}): Promise<void> {
  const stopRegistry = stopDaemon(baseRegistryName, { program: "docker-registry" });
  // Containers first: the Docker engine would wait 10 s for each one that ignores SIGTERM.
  await killTasks(shims());
  await stopDaemon(dockerdName, { program: "dockerd", graceSeconds: 8 });
  await stopDaemon(containerdName, { program: "containerd" });
  await stopRegistry;
  for (const folder of [containerdState, dockerRunFolder, containerdRoot, dockerRoot])
    await unmount(mountsBelow(folder));
  clearDockerPidFile();
  const ttrpc = `${sockets.containerd}.ttrpc`;
  for (const path of [containerdState, dockerRunFolder, sockets.containerd, ttrpc, sockets.docker]) {
    rmSync(path, { recursive: true, force: true });
  }
  await removeBridge(dockerBridge.name);
  await removeChains(dockerChains);
  report("stopped the engine");
  if (options.remove !== true) return;
  for (const folder of [containerdRoot, dockerRoot, baseRegistryFolder, engineFolder]) {
    rmSync(folder, { recursive: true, force: true });
  }
  report("deleted the images");
}

export function engineStatus(): DaemonStatus[] {
  return [containerdName, dockerdName, baseRegistryName].map(daemonStatus);
}
