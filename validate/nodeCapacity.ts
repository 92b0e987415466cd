/**
 * The capacity that AKS leaves for pods on a node (Kubernetes 1.29 and later).
 * https://learn.microsoft.com/azure/aks/node-resource-reservations, read 2026-11-28
 */
import type { MachineSize } from "./machineSize.ts";

/** Millicores that the kubelet reserves, by the minimum number of vCPUs. */
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

/** Default maximum of pods on a node of an overlay network. https://learn.microsoft.com/azure/aks/azure-cni-overlay */
export const defaultMaxPods = 250;

/** Returns the CPUs for pods. */
export const allocatableCpus = (cpus: number): number =>
  cpus - (reservedCpu.find(([from]) => cpus >= from)?.[1] ?? 0) / 1000;

/** Returns the memory for pods, in bytes. @param memory memory of the machine, in GiB */
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

/** Returns the maximum number of pods on an empty node; `undefined` if the machine's size is unknown. */
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
