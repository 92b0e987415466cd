/** The pods' network: one bridge, one address range, by Debian's CNI plug-ins. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cniConfigFolder } from "../engine/containerd.ts";
import { mountsBelow, unmount } from "../mounts.ts";
import { network, runFolder } from "../settings.ts";

const networkName = "tarmac";

/** Which address belongs to which pod: in the run folder, as no pod outlives a reboot. */
const addressFolder = join(runFolder, "cni");

/** Where libcni keeps the outcome of each attachment: fixed in its source. */
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
        // The bridge has its address already. As a "gateway" the plug-in would switch on forwarding for the whole machine.
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
  mkdirSync(cniConfigFolder, { recursive: true });
  const path = join(cniConfigFolder, "10-tarmac.conflist");
  // The name counts only once it ends in .conflist: containerd never sees half a file.
  writeFileSync(`${path}.new`, cniConfig());
  renameSync(`${path}.new`, path);
}

/** The network namespaces an attachment's kept outcome names. */
export function namespacesOf(result: string): string[] {
  try {
    const parsed = JSON.parse(result) as { result?: { interfaces?: { sandbox?: string }[] } };
    const sandboxes = parsed.result?.interfaces?.flatMap(({ sandbox }) => sandbox ?? []) ?? [];
    return [...new Set(sandboxes.filter((path) => path !== ""))];
  } catch {
    return [];
  }
}

function ownResults(): string[] {
  try {
    return readdirSync(resultFolder)
      .filter((name) => name.startsWith(`${networkName}-`))
      .map((name) => join(resultFolder, name));
  } catch {
    return [];
  }
}

/**
 * Clears the network of pods that no longer run: namespaces (with them their interfaces), address reservations and
 * kept outcomes. Only while no pod of this cluster runs.
 */
export async function clearPodNetworks(): Promise<void> {
  const results = ownResults();
  const namespaces = results.flatMap((path) => namespacesOf(readFileSync(path, "utf8")));
  for (const path of namespaces) {
    const real = path.replace(/^\/var\/run\//, "/run/");
    await unmount(mountsBelow(real));
    rmSync(real, { force: true });
  }
  for (const path of results) rmSync(path, { force: true });
  rmSync(addressFolder, { recursive: true, force: true });
}
