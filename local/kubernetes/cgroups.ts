/** Removes the empty control groups that the kubelet leaves behind for stopped pods. */
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

/** Removes a tree of groups, the innermost first. The kernel refuses to remove a group that has processes. */
function removeGroup(path: string): void {
  for (const child of folders(path)) removeGroup(child);
  try {
    rmdirSync(path);
  } catch {
    // Missing, or not empty.
  }
}

/** Removes the pods' control groups in each hierarchy (version 1), or in the only one (version 2). */
export function removePodCgroups(): void {
  for (const hierarchy of [cgroupRoot, ...folders(cgroupRoot)]) removeGroup(join(hierarchy, podGroup));
}
