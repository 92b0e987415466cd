/** Finds the program that listens on a TCP port, so that an error can name it. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { commandLine, processIds } from "./procfs.ts";

export interface ListeningSocket {
  /** Address in dotted form; "*" for all addresses; IPv6 addresses as in /proc. */
  readonly address: string;
  readonly port: number;
  readonly inode: string;
}

export interface PortHolder {
  /** Undefined when the socket belongs to a process that is not visible here, such as one in another container. */
  readonly pid?: number;
  readonly command?: string;
  readonly address: string;
}

const listening = "0A";
const allAddresses = /^0+$/;
const loopback6 = "00000000000000000000000001000000";

function readableAddress(hex: string): string {
  if (allAddresses.test(hex)) return "*";
  if (hex === loopback6) return "::1";
  // The kernel prints the 32-bit address in the machine's byte order, which is little-endian on the platforms of Node.
  return hex.length === 8 ? Buffer.from(hex, "hex").reverse().join(".") : hex;
}

/** The listening sockets in the table of /proc/net/tcp or tcp6. */
export function parseListeners(table: string): ListeningSocket[] {
  return table
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === listening)
    .map((fields) => {
      const [address = "", port = ""] = (fields[1] ?? "").split(":");
      return { address: readableAddress(address), port: Number.parseInt(port, 16), inode: fields[9] ?? "" };
    });
}

function readTable(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // A machine without IPv6 has no tcp6.
  }
}

function ownerOfSocket(inode: string): number | undefined {
  const wanted = `socket:[${inode}]`;
  return processIds().find((pid) => {
    try {
      return readdirSync(`/proc/${pid}/fd`).some((descriptor) => {
        try {
          return readlinkSync(`/proc/${pid}/fd/${descriptor}`) === wanted;
        } catch {
          return false; // Closed since the folder was read.
        }
      });
    } catch {
      return false; // Ended since, or not ours to look into.
    }
  });
}

/**
 * The program that listens on a port; undefined when the port is free.
 *
 * @param address counts only listeners that conflict with this address. Default: all listeners
 */
export function portHolder(port: number, address?: string): PortHolder | undefined {
  const sockets = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((path) => parseListeners(readTable(path)));
  const socket = sockets.find(
    (candidate) =>
      candidate.port === port && (address === undefined || candidate.address === "*" || candidate.address === address),
  );
  if (socket === undefined) return undefined;
  const pid = ownerOfSocket(socket.inode);
  if (pid === undefined) return { address: socket.address };
  return { pid, command: commandLine(pid).join(" "), address: socket.address };
}

/** A port of the environment is in use. The message names the port, its purpose, the program that holds it, and the fix. */
export class PortTakenError extends Error {
  constructor(port: number, purpose: string, holder: PortHolder) {
    const who =
      holder.pid === undefined
        ? "a process that is not visible here (perhaps in a container)"
        : `process ${holder.pid} (${(holder.command ?? "").slice(0, 200)})`;
    const fix = holder.pid === undefined ? "Stop that program" : `Stop that program (kill ${holder.pid})`;
    super(`Port ${port}, needed for ${purpose}, is in use by ${who}. ${fix} and start again.`);
    this.name = "PortTakenError";
  }
}

/** @throws PortTakenError when another program listens on the port */
export function requireFreePort(port: number, address: string, purpose: string): void {
  const holder = portHolder(port, address);
  if (holder !== undefined) throw new PortTakenError(port, purpose, holder);
}
