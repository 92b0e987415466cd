/** The processes of a container according to the kernel: PID 1, signal handlers, zombies. */
import { readdirSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import type { Container } from "dockerode";
import { outputOf } from "./outputOf.ts";

export interface ContainerProcess {
  /** Inside the container. */
  pid: number;
  parent: number;
  name: string;
  arguments: string[];
  zombie: boolean;
  /** Numbers of the signals with a handler. */
  caught: number[];
}

/**
 * @param status content of /proc/PID/status
 * @param commandLine content of /proc/PID/cmdline
 */
export function parseProcess(status: string, commandLine: string): ContainerProcess | undefined {
  const field = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, "m").exec(status)?.[1]?.trim() ?? "";
  const pid = Number(field("NSpid").split(/\s+/).at(-1) ?? field("Pid"));
  if (!Number.isInteger(pid) || pid === 0) return undefined;
  return {
    pid,
    parent: Number(field("PPid")),
    name: field("Name"),
    arguments: commandLine.split("\0").filter((word) => word !== ""),
    zombie: field("State").startsWith("Z"),
    caught: signalsIn(field("SigCgt")),
  };
}

/** Bit n of the mask, starting at 0, is signal n + 1. */
function signalsIn(mask: string): number[] {
  if (!/^[0-9a-f]+$/i.test(mask)) return [];
  const bits = BigInt(`0x${mask}`);
  return Array.from({ length: 64 }, (_, bit) => bit + 1).filter((signal) => (bits >> BigInt(signal - 1)) & 1n);
}

/** The number of a signal given as "SIGTERM", "TERM" or "15"; `undefined` if this machine does not know it. */
export function signalNumber(signal: string): number | undefined {
  if (/^\d+$/.test(signal)) return Number(signal);
  const name = signal.toUpperCase().replace(/^(?!SIG)/, "SIG");
  return (constants.signals as Partial<Record<string, number>>)[name];
}

/** Processes of a running container; `undefined` if neither this machine nor the image can list them. */
export async function processesOf(container: Container): Promise<ContainerProcess[] | undefined> {
  const { State, Id } = await container.inspect();
  if (!State.Running) return undefined;
  const seen = onThisMachine(Id);
  if (seen.length > 0) return seen;
  for (const program of ["node", "/nodejs/bin/node"]) {
    const printed = await outputOf(container, [program, "-e", printer]).catch(() => "");
    if (printed.includes("SigCgt:")) return parsePrinted(printed);
  }
  return undefined;
}

/** Engines in a virtual machine have no process here: no process then has the container's name. */
function onThisMachine(id: string): ContainerProcess[] {
  const own = new Map<number, ContainerProcess>();
  const all = process.platform === "linux" ? readdirSync("/proc").filter((name) => /^\d+$/.test(name)) : [];
  for (const host of all) {
    try {
      if (!readFileSync(`/proc/${host}/cgroup`, "utf8").includes(id)) continue;
      const found = parseProcess(
        readFileSync(`/proc/${host}/status`, "utf8"),
        readFileSync(`/proc/${host}/cmdline`, "utf8"),
      );
      if (found !== undefined) own.set(Number(host), found);
    } catch {
      // It has ended meanwhile, or belongs to another user.
    }
  }
  // Parent PIDs are this machine's, so translate them.
  return [...own.values()].map((one) => ({ ...one, parent: own.get(one.parent)?.pid ?? 0 }));
}

const separator = "@@@";
const printer = `const fs = require("fs");
for (const pid of fs.readdirSync("/proc").filter((name) => /^\\d+$/.test(name) && Number(name) !== process.pid)) {
  try { console.log(fs.readFileSync("/proc/" + pid + "/status", "utf8") + "${separator}" + JSON.stringify(fs.readFileSync("/proc/" + pid + "/cmdline", "utf8")) + "${separator}"); } catch {}
}`;

/** @param printed by the program above */
export function parsePrinted(printed: string): ContainerProcess[] {
  const parts = printed.split(separator);
  const found: ContainerProcess[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const one = parseProcess(parts[at] ?? "", JSON.parse((parts[at + 1] ?? '""').trim()) as string);
    if (one !== undefined) found.push(one);
  }
  return found;
}
