/** The processes besides the first one. */
import { basename } from "node:path/posix";
import type { Evidence, RunEvidence } from "../runEvidence.ts";
import type { ContainerProcess } from "../run/containerProcesses.ts";
import { inWords } from "../run/processTree.ts";
import { type Check, type Judgement, problems } from "../verdict.ts";
import { listed } from "./fileCheck.ts";

export function judgeProcesses(
  run: Pick<RunEvidence, "processes" | "restricted"> | undefined,
  machine: { cpus?: number; limit: number; countsCpus: readonly string[] },
): Judgement {
  const processes = run?.processes ?? run?.restricted.processes;
  if (processes === undefined || processes.length === 0) return undefined;
  const zombies = processes.filter(({ zombie }) => zombie);
  const workers = largestGroup(processes.filter(({ zombie }) => !zombie));
  const [worker] = workers;
  const perCore =
    worker !== undefined &&
    machine.cpus !== undefined &&
    workers.length >= 2 &&
    workers.length % machine.cpus === 0 &&
    workers.length > machine.limit &&
    (machine.countsCpus.length > 0 || processes.some(isScaledToCores));
  return (
    problems(
      perCore && {
        code: "workers-per-core",
        seen: `${workers.length} processes ${inWords(worker)}, as many as this machine has cores; the limit is ${machine.limit} CPU${machine.countsCpus.length > 0 ? ` (counted in ${listed(machine.countsCpus, 2)})` : ""}`,
      },
      zombies.length > 0 && {
        code: "zombies",
        seen: `${zombies.length} ended and not collected: ${[...new Set(zombies.map(({ name }) => name))].join(", ")}`,
      },
    ) ?? { fine: processes.length === 1 ? "one process" : `${processes.length} processes` }
  );
}

/** e.g. `pm2 start -i max`, `node cluster --instances 0`. */
const isScaledToCores = ({ arguments: words }: ContainerProcess) =>
  / (?:-i|--instances|--workers|-w)[ =](?:max|auto|0|-1)(?: |$)/.test(` ${words.join(" ")} `);

/** The largest group of processes with the same parent and program. */
function largestGroup(processes: readonly ContainerProcess[]): ContainerProcess[] {
  const groups = Object.values(
    Object.groupBy(
      processes.filter(({ parent }) => parent !== 0),
      ({ parent, arguments: words }) => `${parent} ${basename(words[0] ?? "")} ${words.slice(1, 3).join(" ")}`,
    ),
  );
  return groups.reduce<ContainerProcess[]>((most, group = []) => (group.length > most.length ? group : most), []);
}

export const processes: Check = {
  name: "processes",
  title: "collects its processes, and starts no more than its CPU limit",
  judge: ({ run, conditions, machineCpus, content }: Evidence) =>
    judgeProcesses(run, { cpus: machineCpus, limit: conditions.cpus, countsCpus: content?.countsCpus ?? [] }),
};
