/** The control groups the kubelet makes for pods. Empty ones are all that is left of them, and are removed. */
import { readdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";

const cgroupRoot = "/sys/fs/cgroup";
const podGroup = "kubepods";

function folders(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(path, name));
  } catch {
    return [];
  }
}

/** Removes a tree of groups, the innermost first. A group somebody is in stays: the kernel refuses. */
function removeGroup(path: string): void {
  for (const child of folders(path)) removeGroup(child);
  try {
    rmdirSync(path);
  } catch {
    // Not there, or not empty.
  }
}

/** Removes the pods' control groups in each hierarchy (version 1), or in the one there is (version 2). */
export function removePodCgroups(): void {
  for (const hierarchy of [cgroupRoot, ...folders(cgroupRoot)]) removeGroup(join(hierarchy, podGroup));
}
