/** Mounts below the environment's folders: container roots, pod volumes, network namespaces. */
import { existsSync, readFileSync } from "node:fs";
import { run } from "./command.ts";

/** The mount points in /proc/self/mountinfo, which escapes spaces and similar characters in octal. */
export function parseMountPoints(mountinfo: string): string[] {
  return mountinfo
    .split("\n")
    .filter((line) => line !== "")
    .map((line) =>
      (line.split(" ")[4] ?? "").replace(/\\([0-7]{3})/g, (_, code: string) =>
        String.fromCharCode(Number.parseInt(code, 8)),
      ),
    );
}

/** The mount points at or below a folder, innermost first: the order in which they can be unmounted. */
export function mountsBelow(folder: string, mountinfo = readFileSync("/proc/self/mountinfo", "utf8")): string[] {
  return parseMountPoints(mountinfo)
    .filter((point) => point === folder || point.startsWith(`${folder}/`))
    .reverse();
}

/**
 * Unmounts paths in the given order. A mount in use is detached, and disappears with its last user. Mounts that another mount
 * hides are skipped.
 */
export async function unmount(mounted: readonly string[]): Promise<void> {
  const points = mounted.filter((point) => existsSync(point));
  const size = 200; // A bound for the length of one command line.
  for (let start = 0; start < points.length; start += size) {
    await run("umount", ["--lazy", "--", ...points.slice(start, start + size)]);
  }
}
