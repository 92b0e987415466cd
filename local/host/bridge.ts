/** Creates, repairs and removes this machine's network bridges with `ip`. */
import { readFileSync, writeFileSync } from "node:fs";
import { findProgram, run } from "./command.ts";

export interface Bridge {
  readonly name: string;
  readonly address: string;
  readonly prefixLength: number;
  /** Fixed: otherwise the bridge's address changes as ports join and leave, and the first requests after that time out. */
  readonly mac: string;
}

/** One interface as `ip -json -details address show` describes it. */
export interface Interface {
  readonly ifname: string;
  readonly address?: string;
  readonly flags: readonly string[];
  readonly linkinfo?: { readonly info_kind?: string };
  readonly addr_info: readonly { readonly family: string; readonly local: string; readonly prefixlen: number }[];
}

/** Runs `ip` and returns its output. @throws CommandError */
export async function ip(...args: string[]): Promise<string> {
  return run(findProgram("ip", "iproute2"), args);
}

export async function interfaces(): Promise<Interface[]> {
  return JSON.parse(await ip("-json", "-details", "address", "show")) as Interface[];
}

function toNumber(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** Whether two IPv4 networks have an address in common. */
export function overlap(a: string, aLength: number, b: string, bLength: number): boolean {
  const size = 2 ** (32 - Math.min(aLength, bLength));
  return Math.floor(toNumber(a) / size) === Math.floor(toNumber(b) / size);
}

/**
 * The `ip` commands that change a bridge from its current state to the wanted one; none if it is correct.
 *
 * @throws Error when another interface has addresses of the bridge's network
 */
export function bridgeChanges(bridge: Bridge, present: readonly Interface[]): string[][] {
  for (const other of present) {
    const rival = other.addr_info.find(
      (info) => info.family === "inet" && overlap(info.local, info.prefixlen, bridge.address, bridge.prefixLength),
    );
    if (rival !== undefined && other.ifname !== bridge.name) {
      throw new Error(
        `The network ${bridge.address}/${bridge.prefixLength}, needed for ${bridge.name}, overlaps with ${rival.local}/${rival.prefixlen} ` +
          `of ${other.ifname}. Take that interface down (ip link set ${other.ifname} down; a VPN: disconnect) and start again.`,
      );
    }
  }
  const found = present.find((candidate) => candidate.ifname === bridge.name);
  const usable = found?.linkinfo?.info_kind === "bridge" ? found : undefined;
  const changes: string[][] = [];
  if (found !== undefined && usable === undefined) changes.push(["link", "delete", bridge.name]);
  if (usable === undefined) changes.push(["link", "add", bridge.name, "address", bridge.mac, "type", "bridge"]);
  else if (usable.address !== bridge.mac) changes.push(["link", "set", bridge.name, "address", bridge.mac]);
  const addresses = (usable?.addr_info ?? []).filter((info) => info.family === "inet");
  const isRight = (info: { local: string; prefixlen: number }) =>
    info.local === bridge.address && info.prefixlen === bridge.prefixLength;
  for (const wrong of addresses.filter((info) => !isRight(info))) {
    changes.push(["address", "delete", `${wrong.local}/${wrong.prefixlen}`, "dev", bridge.name]);
  }
  if (!addresses.some(isRight)) {
    changes.push(["address", "add", `${bridge.address}/${bridge.prefixLength}`, "dev", bridge.name]);
  }
  if (usable?.flags.includes("UP") !== true) changes.push(["link", "set", bridge.name, "up"]);
  return changes;
}

/**
 * Creates the bridge, or repairs what an earlier run has left of it.
 *
 * @returns whether the bridge was created: interfaces that were attached to an earlier one are disconnected then
 */
export async function ensureBridge(bridge: Bridge): Promise<boolean> {
  const changes = bridgeChanges(bridge, await interfaces());
  for (const change of changes) await ip(...change);
  setSysctl(`net/ipv6/conf/${bridge.name}/disable_ipv6`, "1");
  return changes.some(([object, action]) => object === "link" && action === "add");
}

/** Removes a bridge, if it exists. */
export async function removeBridge(name: string): Promise<void> {
  const present = await interfaces();
  if (present.some((candidate) => candidate.ifname === name)) await ip("link", "delete", name);
}

/** Sets a kernel setting unless it has the value already. Ignores settings that this kernel lacks (no IPv6). */
export function setSysctl(path: string, value: string): void {
  const file = `/proc/sys/${path}`;
  let present: string;
  try {
    present = readFileSync(file, "utf8").trim();
  } catch {
    return;
  }
  if (present !== value) writeFileSync(file, value);
}
