/** Stops a container as the kubelet does, and asks its two probes meanwhile. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Conditions } from "../podConditions.ts";
import type { Answer, Stop } from "../runEvidence.ts";
import { ask } from "./ask.ts";
import type { Running } from "./container.ts";

const pause = 50;

/** @param signal the image's own STOPSIGNAL, which container runtimes send as well */
export async function stop(running: Running, conditions: Conditions, signal: string): Promise<Stop> {
  await running.container.kill({ signal });
  const begun = Date.now();
  const watches = [conditions.readyPath, conditions.healthPath].map((path) => watch(running, path, conditions));
  const exit = await Promise.race([
    running.ended,
    // Nobody waits for the rest of the grace period.
    sleep(conditions.grace, undefined, { ref: false }),
  ]);
  const milliseconds = Date.now() - begun;
  if (exit === undefined) await running.container.kill({ signal: "SIGKILL" }).catch(() => undefined);
  await running.ended;
  const [ready, health] = await Promise.all(watches);
  return {
    ...(exit === undefined ? {} : { exit }),
    milliseconds,
    servedFor: Math.max(ready?.servedFor ?? 0, health?.servedFor ?? 0),
    ready: ready?.answers ?? [],
    health: health?.answers ?? [],
  };
}

/** The answers of a path until the process ends, without repetitions, and how long there were any. */
async function watch(running: Running, path: string, { readyTimeout, grace }: Conditions) {
  const answers: Answer[] = [];
  let servedFor = 0;
  const begun = Date.now();
  while (running.port !== undefined && running.exit === undefined && Date.now() < begun + grace) {
    const answer = await ask(running.port, path, readyTimeout);
    if ("status" in answer) servedFor = Date.now() - begun;
    if (JSON.stringify(answer) !== JSON.stringify(answers.at(-1))) answers.push(answer);
    await sleep(pause);
  }
  return { answers, servedFor };
}
