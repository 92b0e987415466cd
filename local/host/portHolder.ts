/** Who listens on a TCP port, so that an error can name the program that is in the way. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { commandLine, processIds } from "./procfs.ts";

export interface ListeningSocket {
  /** Address in dotted form; "*" for every address, IPv6 ones as /proc gives them. */
  readonly address: string;
  readonly port: number;
  readonly inode: string;
}

export interface PortHolder {
  /** Undefined when the socket belongs to a process that cannot be seen from here, such as one in another container. */
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
  // The kernel prints the 32-bit address in the machine's byte order, which is little-endian on what Node runs on.
  return hex.length === 8 ? Buffer.from(hex, "hex").reverse().join(".") : hex;
}

/** Reads the table of /proc/net/tcp or tcp6: the sockets that listen. */
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
 * Who listens on a port; undefined when it is free.
 *
 * @param address only listeners that would be in the way of this address count; without it, any listener does
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

/** A port the environment needs is in use. The message names the port, what it is for, its holder and the way out. */
export class PortTakenError extends Error {
  constructor(port: number, purpose: string, holder: PortHolder) {
    const who =
      holder.pid === undefined
        ? "a process that cannot be seen from here (perhaps in a container)"
        : `process ${holder.pid} (${(holder.command ?? "").slice(0, 200)})`;
    const mend = holder.pid === undefined ? "Stop that program" : `Stop that program (kill ${holder.pid})`;
    super(`Port ${port}, needed for ${purpose}, is held by ${who}. ${mend} and start again.`);
    this.name = "PortTakenError";
  }
}

/** @throws PortTakenError when somebody listens where `purpose` has to */
export function requireFreePort(port: number, address: string, purpose: string): void {
  const holder = portHolder(port, address);
  if (holder !== undefined) throw new PortTakenError(port, purpose, holder);
}
