/**
 * Containers outlive containerd: each one has its own shim process, so that containerd can be restarted. If containerd's runtime
 * state is lost, the remaining shims have to be stopped by process id.
 */
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { unmount, mountsBelow } from "../host/mounts.ts";
import { stopProcess } from "../host/daemons.ts";
import { commandLine, descendants, processIds, readStat, type ProcessIdentity } from "../host/procfs.ts";
import { sockets } from "../layout.ts";
import { containerdState } from "./containerd.ts";

export interface Shim extends ProcessIdentity {
  /** containerd's namespace: "k8s.io" for pods, "moby" for the Docker engine. */
  readonly namespace: string;
  readonly id: string;
}

const tasksFolder = join(containerdState, "io.containerd.runtime.v2.task");

/** Parses a shim's command line. Undefined for other processes, including shims of another containerd. */
export function parseShim(command: readonly string[]): { namespace: string; id: string } | undefined {
  if (!basename(command[0] ?? "").startsWith("containerd-shim")) return undefined;
  const value = (flag: string) => command[command.indexOf(flag) + 1] ?? "";
  if (!command.includes("-address") || value("-address") !== sockets.containerd) return undefined;
  return { namespace: value("-namespace"), id: value("-id") };
}

/** The shims of this environment's containerd. */
export function shims(): Shim[] {
  return processIds().flatMap((pid) => {
    const shim = parseShim(commandLine(pid));
    const stat = shim && readStat(pid);
    return shim !== undefined && stat !== undefined ? [{ ...shim, pid, startTicks: stat.startTicks }] : [];
  });
}

/** Kills shims with all their child processes. */
export async function killTasks(targets: readonly Shim[]): Promise<void> {
  const below = targets.flatMap((shim) => descendants(shim.pid)).flatMap((pid) => readStat(pid) ?? []);
  // The shim first: it would report each child's exit to a containerd that may not be running.
  await Promise.all([...targets, ...below].map((target) => stopProcess(target, 0)));
}

/**
 * Removes what a new containerd cannot take over: shims without state (the run folder was cleared), and mounted container roots
 * without a shim (a reboot that kept the run folder). Call it only while containerd does not run.
 *
 * @returns the number of stopped containers
 */
export async function clearLostTasks(): Promise<number> {
  const running = shims();
  const lost = running.filter((shim) => !existsSync(join(tasksFolder, shim.namespace, shim.id)));
  await killTasks(lost);
  const kept = running.filter((shim) => !lost.includes(shim)).map((shim) => join(tasksFolder, shim.namespace, shim.id));
  await unmount(mountsBelow(tasksFolder).filter((point) => !kept.some((folder) => point.startsWith(`${folder}/`))));
  return lost.length;
}
