/**
 * Checks whether this machine can run the local environment, before anything is installed or built. Reports all problems at once.
 */
import { statfsSync } from "node:fs";
import { mkdirSync, readFileSync } from "node:fs";

export interface Needs {
  /** Folder that will hold the cache, and how much must be free there, in bytes. */
  cacheFolder: string;
  cacheBytes: number;
  /** Folder that will hold the environment's state, and how much must be free there, in bytes. */
  stateFolder: string;
  stateBytes: number;
  /** Memory that must be available, in bytes. */
  memoryBytes: number;
}

export const gibibyte = 2 ** 30;

/** The reasons why this machine cannot run the environment, one sentence each with the fix; empty when it can. */
export function hostProblems(needs: Needs): string[] {
  if (process.platform !== "linux") {
    return [
      `the local environment needs Linux (namespaces, cgroups); this is ${process.platform}: use a Linux machine or virtual machine`,
    ];
  }
  const problems: string[] = [];
  if (process.arch !== "x64" && process.arch !== "arm64") {
    problems.push(`the processor architecture ${process.arch} has no build of Node here: use x64 or arm64`);
  }
  if (process.getuid?.() !== 0) {
    problems.push(
      "it needs root, for containerd, the kubelet and their network: run it with sudo, or as root in a virtual machine",
    );
    return problems;
  }
  for (const [folder, bytes] of [
    [needs.cacheFolder, needs.cacheBytes],
    [needs.stateFolder, needs.stateBytes],
  ] as const) {
    mkdirSync(folder, { recursive: true });
    const { bavail, bsize } = statfsSync(folder);
    if (bavail * bsize < bytes) {
      problems.push(`${folder} has ${inGib(bavail * bsize)} free, ${inGib(bytes)} are needed: make room there`);
    }
  }
  const available = availableMemory();
  if (available < needs.memoryBytes) {
    problems.push(
      `${inGib(available)} of memory are available, ${inGib(needs.memoryBytes)} are needed: end other programs or use a larger machine`,
    );
  }
  return problems;
}

/** What to do on a machine that cannot run the environment. */
export const withoutLocalEnvironment = `The stack itself needs none of this. With an Azure subscription:
  az login && pulumi login && pulumi stack init dev && pulumi up
The README's section "Use it on Azure" lists the requirements.`;

const inGib = (bytes: number) => `${(bytes / gibibyte).toFixed(1)} GiB`;

/** Memory that programs can still get, in bytes: the kernel's own estimate. */
function availableMemory(): number {
  const kib = /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync("/proc/meminfo", "utf8"))?.[1];
  return kib === undefined ? Number.POSITIVE_INFINITY : Number(kib) * 1024;
}
