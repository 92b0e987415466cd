/** The writable folders: /tmp and the requested ones. They are empty whenever a pod starts, and limited in size. */
import type { input } from "@pulumi/kubernetes/types/index.js";
import { emptyFolderProblem, isInside } from "@tarmac/validate/containerPath";
import { memoryProblem, parseQuantity } from "@tarmac/validate/quantity";
import type { WritablePath } from "./workloadArgs.ts";

const tmp = "/tmp";
const mebibyte = 2 ** 20;

const sized = (path: WritablePath) => (typeof path === "string" ? { size: path, memory: false } : path);
const bytes = (size: string) => parseQuantity(size) ?? 0;

/** Returns the problem with a writable folder, or `undefined`. `given` is the user's raw value. */
export function writablePathProblem(path: string, given: unknown): string | undefined {
  const shape = 'use its size, e.g. "128Mi", or {size: "16Mi", memory: true}';
  if (path === tmp) return `"${tmp}" is always writable: remove it here, and set its size with tmpSize`;
  const pathProblem = emptyFolderProblem(path);
  if (pathProblem !== undefined) return pathProblem;
  // A folder in memory is faster than /tmp, so it makes sense even inside /tmp.
  if (isInside(path, tmp) && (given as { memory?: unknown } | null)?.memory !== true)
    return `"${path}" is below ${tmp}, which is writable anyway: remove it here, set the size of ${tmp} with tmpSize, and let the process create the folder`;
  if (typeof given === "string") return memoryProblem(given);
  if (typeof given !== "object" || given === null || Array.isArray(given)) return `"${path}" has no size: ${shape}`;
  const { size, memory = false, ...others } = given as Record<string, unknown>;
  const [other] = Object.keys(others);
  if (other !== undefined) return `"${path}" has "${other}", which is not a property of a folder: ${shape}`;
  if (typeof size !== "string") return `"${path}" has no size: ${shape}`;
  return typeof memory === "boolean" ? memoryProblem(size) : `memory of "${path}" is not true or false: ${shape}`;
}

/** Returns the problem with folders in memory that leave no memory for the process, or `undefined`. */
export function memoryPathsProblem(paths: Record<string, WritablePath>, memoryLimit: string): string | undefined {
  const inMemory = Object.values(paths)
    .map(sized)
    .filter(({ memory }) => memory === true);
  const total = inMemory.reduce((sum, { size }) => sum + bytes(size), 0);
  if (total === 0 || total < bytes(memoryLimit)) return undefined;
  return `the in-memory folders (${total / mebibyte}Mi in total) count toward the memory limit "${memoryLimit}" and leave no memory for the process: make them smaller or raise the limit`;
}

export interface Storage {
  volumes: input.core.v1.Volume[];
  mounts: input.core.v1.VolumeMount[];
  /**
   * The pod's `ephemeral-storage` limit: the maximum sizes of the folders on disk, plus the logs. With a lower limit,
   * the kubelet would evict the pod.
   */
  limit: string;
}

/** Returns the volumes and mounts of all writable folders. */
export function storageOf(tmpSize: string, writablePaths: Record<string, WritablePath>): Storage {
  const folders = [
    { name: "tmp", path: tmp, size: tmpSize, memory: false },
    ...Object.entries(writablePaths).map(([path, folder], index) => ({
      name: `writable-${index + 1}`,
      path,
      ...sized(folder),
    })),
  ];
  const logs = 128;
  const onDisk = folders.filter(({ memory }) => memory !== true).reduce((sum, { size }) => sum + bytes(size), 0);
  return {
    volumes: folders.map(({ name, size, memory }) => ({
      name,
      emptyDir: { ...(memory === true && { medium: "Memory" }), sizeLimit: size },
    })),
    mounts: folders.map(({ name, path }) => ({ name, mountPath: path })),
    limit: `${Math.ceil(onDisk / mebibyte) + logs}Mi`,
  };
}
