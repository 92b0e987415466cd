/** A pod of a Job whose work is done in one container while another goes on running. */
import type { ContainerFacts, PodFacts } from "./podFacts.ts";

/** Seconds that a container may go on after another one has ended. */
const usual = 120;

export interface KeptByContainer {
  done: ContainerFacts;
  /** Containers that go on. */
  others: ContainerFacts[];
  /** Since the work is done. */
  seconds: number;
}

/** @returns undefined if the others may still end by themselves */
export function keptByContainer({ owner, containers, now }: PodFacts): KeptByContainer | undefined {
  if (!["Job", "CronJob"].includes(owner.kind)) return undefined;
  const main = containers.filter(({ role }) => role === "main");
  const done = main.find(({ status, end }) => status?.state?.terminated !== undefined && end?.exitCode === 0);
  const others = main.filter(({ runningSince }) => runningSince !== undefined);
  const seconds = Math.round((now - (done?.end?.finishedAt ?? now)) / 1000);
  return done === undefined || others.length === 0 || seconds < usual ? undefined : { done, others, seconds };
}
