/** The Docker engine, which builds the images. It runs on the same containerd as the kubelet, with a store of its own. */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { findProgram } from "../host/command.ts";
import { ensureBridge, type Bridge } from "../host/bridge.ts";
import { ensureChains, type Chain } from "../host/iptablesChains.ts";
import type { Daemon } from "../host/daemons.ts";
import { answersOk } from "../host/readiness.ts";
import { runFolder, sockets, stateFolder, tlsFolder } from "../layout.ts";
import { dataFolder, writeText } from "../host/daemonFiles.ts";

export const dockerRoot = join(stateFolder, "docker");
export const dockerRunFolder = join(runFolder, "docker");
export const dockerdName = "dockerd";
const pidFile = join(runFolder, "docker.pid");

/**
 * A separate bridge, so that a Docker engine that the machine may already have keeps `docker0`. Its containers reach each other and
 * this machine, but not the Internet: dockerd does not change the firewall, and publishes ports on this machine through its
 * user-space proxy.
 */
export const dockerBridge: Bridge = {
  name: "tarmac1",
  address: "10.245.0.1",
  prefixLength: 24,
  mac: "0a:58:0a:f5:00:01",
};

/** Keeps other machines out in case this one forwards packets. */
export const dockerChains: readonly Chain[] = [
  {
    table: "raw",
    from: "PREROUTING",
    name: "TARMAC-DOCKER",
    rules: [
      "-i lo -j RETURN",
      `-i ${dockerBridge.name} -j RETURN`,
      `-d ${dockerBridge.address}/${dockerBridge.prefixLength} -m comment --comment "containers: from this machine only" -j DROP`,
    ],
  },
];

/** Creates the bridge with its firewall rules and describes the daemon. */
export async function dockerDaemon(): Promise<Daemon> {
  await ensureChains(dockerChains);
  await ensureBridge(dockerBridge);
  mkdirSync(dockerRunFolder, { recursive: true });
  // An empty file: the configuration of the machine's own Docker engine does not apply to this one.
  const configFile = join(stateFolder, "engine", "dockerd.json");
  writeText(configFile, "{}\n");
  return {
    name: dockerdName,
    title: "Docker engine",
    command: findProgram("dockerd", "docker.io"),
    args: [
      `--config-file=${configFile}`,
      `--host=unix://${sockets.docker}`,
      `--containerd=${sockets.containerd}`,
      `--data-root=${dockerRoot}`,
      `--exec-root=${dockerRunFolder}`,
      `--pidfile=${pidFile}`,
      "--group=root",
      `--bridge=${dockerBridge.name}`,
      "--iptables=false",
      "--ip6tables=false",
      "--ip-forward=false",
      "--ip-masq=false",
      "--log-level=warn",
      "--exec-opt=native.cgroupdriver=cgroupfs",
    ],
    configuration: [dataFolder(dockerRoot)],
    env: { SSL_CERT_DIR: `${tlsFolder}:/etc/ssl/certs` },
    ready: () => answersOk("http://docker/_ping", { socketPath: sockets.docker }),
  };
}

/** Removes the pid file of a killed engine: if another process has its id by now, dockerd refuses to start. */
export function clearDockerPidFile(): void {
  rmSync(pidFile, { force: true });
}
