/** Limits that the check's machine cannot provide: a container gets what is available, and the result says so. */
import type Docker from "dockerode";
import type { Conditions } from "./podConditions.ts";
import { mebibytes } from "./units.ts";

/** Docker refuses smaller limits. */
const leastMemory = 6 * 2 ** 20;
const leastCpus = 0.01;

export interface Bounded {
  conditions: Conditions;
  bounds: string[];
  /** CPUs of the machine. */
  cpus?: number;
}

export async function withinMachine(docker: Docker, asked: Conditions): Promise<Bounded> {
  const { NCPU } = (await docker.info()) as { NCPU?: number };
  return { ...boundedBy(asked, NCPU ?? Infinity), ...(NCPU === undefined ? {} : { cpus: NCPU }) };
}

/** @param machineCpus CPUs of the machine */
export function boundedBy(asked: Conditions, machineCpus: number): Omit<Bounded, "cpus"> {
  const bounds: string[] = [];
  const conditions = { ...asked };
  if (asked.cpus > machineCpus) {
    conditions.cpus = machineCpus;
    bounds.push(
      `the CPU limit is ${asked.cpus}, and this machine has ${machineCpus}: it ran with ${machineCpus}, so it may start and answer faster on a node`,
    );
  }
  if (asked.cpus < leastCpus) {
    conditions.cpus = leastCpus;
    bounds.push(`the CPU limit is ${asked.cpus}, and Docker has no smaller one than ${leastCpus}: it ran with that`);
  }
  if (asked.memory < leastMemory) {
    conditions.memory = leastMemory;
    bounds.push(
      `the memory limit is ${mebibytes(asked.memory)}, and Docker has no smaller one than 6 Mi: it ran with that`,
    );
  }
  return { conditions, bounds };
}
