/** A restricted pod's conditions as Docker engine options. */
import type { ContainerCreateOptions, HostConfig } from "dockerode";
import type { Conditions } from "../podConditions.ts";
import { loosenings, type Loosening } from "../runEvidence.ts";

/** Memory factor for the trial without the limit. */
const moreMemory = 8;

/**
 * @param port passed to the process, and published on a free port of the loopback address
 * @param without restrictions to leave out
 */
export function containerOptions(
  image: string,
  conditions: Conditions,
  port: number,
  without: readonly Loosening[] = [],
): ContainerCreateOptions {
  const loosened = (what: Loosening) => without.includes(what);
  const memory = conditions.memory * (loosened("memory") ? moreMemory : 1);
  const host: HostConfig = {
    Memory: memory,
    // Equal to the memory: no swap, because nodes have none.
    MemorySwap: memory,
    NanoCpus: Math.round(conditions.cpus * 1e9),
    ReadonlyRootfs: conditions.readOnlyRoot && !loosened("writableRoot"),
    CapDrop: loosened("capabilities") ? [] : ["ALL"],
    SecurityOpt: loosened("capabilities") ? [] : ["no-new-privileges"],
    // Docker opens ports below 1024 to all users; containerd on a node does not.
    Sysctls: { "net.ipv4.ip_unprivileged_port_start": loosened("capabilities") ? "0" : "1024" },
    Tmpfs: Object.fromEntries(
      ["/tmp", ...conditions.writable].map((path) => [
        path,
        `rw,exec,nosuid,nodev,mode=1777,size=${conditions.tmpSize}`,
      ]),
    ),
    PortBindings: { [`${port}/tcp`]: [{ HostIp: "127.0.0.1", HostPort: "" }] },
    // A process that prints endlessly must not fill this machine's disk.
    LogConfig: { Type: "json-file", Config: { "max-size": "16m", "max-file": "1" } },
    ...(conditions.network === undefined ? {} : { NetworkMode: conditions.network }),
    RestartPolicy: { Name: "no" },
  };
  const environment = { ...conditions.environment, PORT: String(port) };
  return {
    Image: image,
    ...(loosened("ownUser") ? {} : { User: `${conditions.user}:${conditions.user}` }),
    Env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    ExposedPorts: { [`${port}/tcp`]: {} },
    HostConfig: host,
  };
}

/** As `docker run` starts an image: only memory and CPU are limited. */
export const plain = loosenings.filter((loosening) => loosening !== "memory");
