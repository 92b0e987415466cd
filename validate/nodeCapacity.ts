/**
 * What AKS leaves of a node for pods (Kubernetes 1.29 and later).
 * https://learn.microsoft.com/azure/aks/node-resource-reservations, read 2026-11-28
 */
import type { MachineSize } from "./machineSize.ts";

/** Thousandths of a CPU that the kubelet keeps, from a number of vCPUs on. */
const reservedCpu = [
  [64, 740],
  [32, 420],
  [16, 260],
  [8, 180],
  [4, 140],
  [2, 100],
  [1, 60],
] as const;

const megabyte = 1e6;
const mebibyte = 2 ** 20;
const gibibyte = 2 ** 30;

/** Pods on a node of an overlay network, where a pool does not say. https://learn.microsoft.com/azure/aks/azure-cni-overlay */
export const defaultMaxPods = 250;

/** CPUs for pods. */
export const allocatableCpus = (cpus: number): number =>
  cpus - (reservedCpu.find(([from]) => cpus >= from)?.[1] ?? 0) / 1000;

/** Bytes for pods. @param memory of the machine, in GiB */
export function allocatableMemory(memory: number, maxPods = defaultMaxPods): number {
  const reserved = Math.min((20 * maxPods + 50) * megabyte, (memory * gibibyte) / 4);
  const evictedBelow = 100 * mebibyte;
  return Math.floor(memory * gibibyte - reserved - evictedBelow);
}

export interface Demand {
  /** CPUs */
  cpu: number;
  /** Bytes */
  memory: number;
}

/** How many pods fit on an empty node at most; `undefined` where the machine is not known. */
export function podsOn({ cpus, memory }: MachineSize, demand: Demand, maxPods = defaultMaxPods): number | undefined {
  if (cpus === undefined || memory === undefined) return undefined;
  return Math.max(
    0,
    Math.min(
      maxPods,
      Math.floor(allocatableCpus(cpus) / demand.cpu + 1e-9),
      Math.floor(allocatableMemory(memory, maxPods) / demand.memory + 1e-9),
    ),
  );
}
