/** Mounts the environment leaves below its folders: container roots, pod volumes, network namespaces. */
import { existsSync, readFileSync } from "node:fs";
import { run } from "./command.ts";

/** Mount points of /proc/self/mountinfo. Spaces and the like stand in it as octal escapes. */
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

/** What is mounted at or below a folder, the innermost first, so that it can be unmounted in this order. */
export function mountsBelow(folder: string, mountinfo = readFileSync("/proc/self/mountinfo", "utf8")): string[] {
  return parseMountPoints(mountinfo)
    .filter((point) => point === folder || point.startsWith(`${folder}/`))
    .reverse();
}

/**
 * Unmounts paths in the given order; what is still in use is detached and vanishes with its last user. Left out is what
 * lies hidden beneath another mount.
 */
export async function unmount(mounted: readonly string[]): Promise<void> {
  const points = mounted.filter((point) => existsSync(point));
  const size = 200; // A bound for the length of one command line.
  for (let start = 0; start < points.length; start += size) {
    await run("umount", ["--lazy", "--", ...points.slice(start, start + size)]);
  }
}
