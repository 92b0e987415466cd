/** A container's sockets, read from the kernel's table: the image needs no tool for it. */
import { readFileSync } from "node:fs";
import type { Container } from "dockerode";
import { outputOf } from "./outputOf.ts";

export interface Listener {
  /** "0.0.0.0", "127.0.0.1", "::", "::1" or another address. */
  address: string;
  port: number;
}

/** The addresses a container listens on, and those it tries to reach without an answer. */
export interface Sockets {
  listeners: Listener[];
  connecting: Listener[];
}

/** Docker's DNS server in user-defined networks. */
const engineResolver = "127.0.0.11";

const states = { listeners: "0A", connecting: "02" };

/** @param table content of /proc/net/tcp and /proc/net/tcp6, concatenated or alone */
export function parseSockets(table: string): Sockets {
  const found = { listeners: new Map<string, Listener>(), connecting: new Map<string, Listener>() };
  for (const line of table.split("\n")) {
    const [, , local = "", remote = "", state] = line.split(/\s+/, 5);
    for (const [kind, wanted, end] of [
      ["listeners", states.listeners, local],
      ["connecting", states.connecting, remote],
    ] as const) {
      const [, hex, port] = /^([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/.exec(end) ?? [];
      if (state !== wanted || hex === undefined || port === undefined) continue;
      const listener = { address: addressOf(hex), port: parseInt(port, 16) };
      if (listener.address === engineResolver) continue;
      found[kind].set(`${listener.address} ${listener.port}`, listener);
    }
  }
  return { listeners: [...found.listeners.values()], connecting: [...found.connecting.values()] };
}

/**
 * The table stores addresses as 32-bit words in the machine's byte order, which is little-endian on every supported
 * platform.
 */
function addressOf(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => [...Buffer.from(word, "hex").reverse()]);
  const inV4 = bytes.length === 16 && bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255;
  if (bytes.length === 4 || inV4) return bytes.slice(-4).join(".");
  if (bytes.every((byte) => byte === 0)) return "::";
  if (bytes.slice(0, 15).every((byte) => byte === 0)) return `::${bytes[15]?.toString(16)}`;
  return bytes.map((byte, i) => byte.toString(16).padStart(2, "0") + (i % 2 === 1 && i < 15 ? ":" : "")).join("");
}

export const isLoopback = ({ address }: Listener): boolean => address === "::1" || address.startsWith("127.");

/** Programs that images often have and that can print a file. */
const printers = [
  ["cat", "/proc/net/tcp", "/proc/net/tcp6"],
  ["node", "-p", "['/proc/net/tcp','/proc/net/tcp6'].map(f => require('fs').readFileSync(f, 'utf8')).join('\\n')"],
];

/** The sockets of a running container; `undefined` if neither this machine nor the image can list them. */
export async function socketsOf(container: Container): Promise<Sockets | undefined> {
  const { State, Id } = await container.inspect();
  if (!State.Running) return undefined;
  const seen = fromThisMachine(State.Pid, Id);
  if (seen !== undefined) return parseSockets(seen);
  for (const command of printers) {
    const printed = await outputOf(container, command).catch(() => "");
    if (printed.includes("local_address")) return parseSockets(printed);
  }
  return undefined;
}

/** Engines in a virtual machine have separate PIDs: check that the process belongs to the container. */
function fromThisMachine(pid: number, id: string): string | undefined {
  try {
    if (!readFileSync(`/proc/${pid}/cgroup`, "utf8").includes(id)) return undefined;
    return ["tcp", "tcp6"].map((file) => readFileSync(`/proc/${pid}/net/${file}`, "utf8")).join("\n");
  } catch {
    return undefined;
  }
}
