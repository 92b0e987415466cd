/** The pods' network: one bridge, one address range, by Debian's CNI plug-ins. */
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cniConfigFolder } from "../engine/containerd.ts";
import { mountsBelow, unmount } from "../host/mounts.ts";
import type { Report } from "../progress.ts";
import { network, runFolder } from "../layout.ts";
import { writeText } from "../host/daemonFiles.ts";

const networkName = "tarmac";

/** Records which address belongs to which pod. It is in the run folder, because no pod survives a reboot. */
const addressFolder = join(runFolder, "cni");

/** Where libcni keeps the result of each attachment. The path is fixed in its source. */
const resultFolder = "/var/lib/cni/results";

/** The CNI configuration, in JSON. */
export function cniConfig(): string {
  const config = {
    cniVersion: "1.0.0",
    name: networkName,
    plugins: [
      {
        type: "bridge",
        bridge: network.bridge,
        // The bridge already has its address. As a "gateway", the plug-in would switch on forwarding for the whole machine.
        isGateway: false,
        ipMasq: false,
        hairpinMode: true,
        ipam: {
          type: "host-local",
          dataDir: addressFolder,
          ranges: [[{ subnet: network.podCidr, gateway: network.nodeAddress }]],
          routes: [{ dst: "0.0.0.0/0" }],
        },
      },
    ],
  };
  return JSON.stringify(config, undefined, 2);
}

export function writeCniConfig(): void {
  writeText(join(cniConfigFolder, "10-tarmac.conflist"), cniConfig());
}

/** The network namespaces in the recorded result of an attachment. */
export function namespacesOf(result: string): string[] {
  try {
    const parsed = JSON.parse(result) as { result?: { interfaces?: { sandbox?: string }[] } };
    const sandboxes = parsed.result?.interfaces?.flatMap(({ sandbox }) => sandbox ?? []) ?? [];
    return [...new Set(sandboxes.filter((path) => path !== ""))];
  } catch {
    return [];
  }
}

/** The names of the recorded results that belong to this cluster's pods: on its network, and the same pods' loopback. */
export function resultsOfCluster(names: readonly string[]): string[] {
  const onNetwork = names.filter((name) => name.startsWith(`${networkName}-`));
  const loopback = onNetwork.map((name) => `cni-loopback-${name.split("-")[1] ?? ""}-lo`);
  return [...onNetwork, ...names.filter((name) => loopback.includes(name))];
}

function ownResults(): string[] {
  try {
    return resultsOfCluster(readdirSync(resultFolder)).map((name) => join(resultFolder, name));
  } catch {
    return [];
  }
}

/** The network namespaces of the pods, as far as their attachments are known. */
export function podNamespaces(): string[] {
  return ownResults().flatMap((path) => namespacesOf(readFileSync(path, "utf8")));
}

/**
 * Clears the network of pods that no longer run: the given namespaces with their interfaces, address
 * reservations and recorded results. Call it only while no pod of this cluster runs.
 */
export async function clearPodNetworks(namespaces: readonly string[], report: Report): Promise<void> {
  for (const path of namespaces) {
    const real = path.replace(/^\/var\/run\//, "/run/");
    try {
      await unmount(mountsBelow(real));
      rmSync(real, { force: true });
    } catch (error) {
      // `ip netns` on this machine has mounted something over it. Only the name stays.
      report(`${real} stays behind: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  for (const path of ownResults()) rmSync(path, { force: true });
  rmSync(addressFolder, { recursive: true, force: true });
}
