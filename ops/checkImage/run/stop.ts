/** Stops a container as the kubelet does, and asks its two probes meanwhile. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Conditions } from "../conditions.ts";
import type { Answer, Stop } from "../evidence.ts";
import { ask } from "./ask.ts";
import type { Running } from "./container.ts";

const pause = 50;

/** @param signal the image's own STOPSIGNAL, which container runtimes send as well */
export async function stop(running: Running, conditions: Conditions, signal: string): Promise<Stop> {
  const begun = Date.now();
  await running.container.kill({ signal });
  const [ready, health] = [conditions.readyPath, conditions.healthPath].map((path) => watch(running, path, conditions));
  const ended = await Promise.race([
    running.ended,
    // Nobody waits for the rest of the grace period.
    sleep(conditions.grace, undefined, { ref: false }),
  ]);
  const milliseconds = Date.now() - begun;
  if (ended === undefined) await running.container.kill({ signal: "SIGKILL" }).catch(() => undefined);
  await running.ended;
  return {
    ...(ended === undefined ? {} : { exit: ended }),
    milliseconds,
    ready: (await ready) ?? [],
    health: (await health) ?? [],
  };
}

/** The answers of a path until the process ends, without repetitions. */
async function watch(running: Running, path: string, { readyTimeout, grace }: Conditions): Promise<Answer[]> {
  const answers: Answer[] = [];
  const deadline = Date.now() + grace;
  while (running.port !== undefined && running.exit === undefined && Date.now() < deadline) {
    const answer = await ask(running.port, path, readyTimeout);
    if (JSON.stringify(answer) !== JSON.stringify(answers.at(-1))) answers.push(answer);
    await sleep(pause);
  }
  return answers;
}
