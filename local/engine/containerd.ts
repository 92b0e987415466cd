/**
 * containerd, the container runtime of the Docker engine and the kubelet. AKS nodes run it as well, so pull errors,
 * OOMKilled and exec look the same there.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { findProgram } from "../host/command.ts";
import type { Daemon } from "../host/daemons.ts";
import { acceptsOnSocket } from "../host/readiness.ts";
import { caCertificate, ports, runFolder, sockets, stateFolder } from "../layout.ts";
import { dataFolder, writeText } from "../host/daemonFiles.ts";
import { pauseImage } from "./pauseImage.ts";

export const containerdRoot = join(stateFolder, "containerd");
export const containerdState = join(runFolder, "containerd");

/** The folder of the cluster's network configuration. It belongs to the engine, because containerd watches it while clusters come and go. */
export const cniConfigFolder = join(stateFolder, "engine", "cni");
export const cniProgramFolder = "/usr/lib/cni";

const configFile = join(stateFolder, "engine", "containerd.toml");
const registriesFolder = join(stateFolder, "engine", "registries");

/** containerd's configuration (version 2, as Debian's containerd 1.6 reads it). */
export function containerdConfig(): string {
  return `version = 2
root = "${containerdRoot}"
state = "${containerdState}"
# Raising the kernel's out-of-memory preference takes a right that containers and some virtual machines lack.
oom_score = 0
disabled_plugins = [
  "io.containerd.snapshotter.v1.aufs",
  "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper",
  "io.containerd.snapshotter.v1.zfs",
  "io.containerd.internal.v1.tracing",
  "io.containerd.tracing.processor.v1.otlp",
]

[grpc]
  address = "${sockets.containerd}"

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${pauseImage}"
  restrict_oom_score_adj = true
  disable_apparmor = true
  stream_server_address = "127.0.0.1"
  stream_server_port = "0"

  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"

    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      SystemdCgroup = false

  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${cniProgramFolder}"
    conf_dir = "${cniConfigFolder}"

  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "${registriesFolder}"
`;
}

/** How containerd reaches one registry (hosts.toml). */
export function registryHost(address: string, scheme: "http" | "https"): string {
  const ca = scheme === "https" ? `  ca = "${caCertificate}"\n` : "";
  return `server = "${scheme}://${address}"

[host."${scheme}://${address}"]
  capabilities = ["pull", "resolve"]
${ca}`;
}

function writeRegistryHosts(): void {
  const hosts = [
    { address: `localhost:${ports.baseRegistry}`, scheme: "http" as const },
    ...ports.registries.map((port) => ({ address: `localhost:${port}`, scheme: "https" as const })),
  ];
  for (const { address, scheme } of hosts) {
    // containerd reads these files at every pull: a change needs no restart.
    writeText(join(registriesFolder, address, "hosts.toml"), registryHost(address, scheme));
  }
}

export const containerdName = "containerd";

/** Writes containerd's configuration and describes its daemon. */
export function containerdDaemon(): Daemon {
  writeRegistryHosts();
  mkdirSync(cniConfigFolder, { recursive: true });
  const config = containerdConfig();
  writeText(configFile, config);
  return {
    name: containerdName,
    title: "containerd",
    command: findProgram("containerd", "containerd"),
    args: ["--config", configFile, "--log-level", "warn"],
    // After a 404, containerd asks the `server` of hosts.toml again, without the authority of its `[host]`. Without this,
    // a missing tag would be reported as an unknown authority.
    env: { SSL_CERT_FILE: caCertificate },
    configuration: [config, dataFolder(containerdRoot)],
    ready: () => acceptsOnSocket(sockets.containerd),
  };
}
