/** Stops a container as the kubelet does, while requesting both probes' paths and the load's path. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Conditions } from "../podConditions.ts";
import type { Answer, Stop } from "../runEvidence.ts";
import { ask, type Target } from "./ask.ts";
import type { Running } from "./runningContainer.ts";
import { busyConnection, idleConnection } from "./keptConnections.ts";

const pause = 50;
/** How soon a process ends after a connection closes if it only waited for that connection. */
const soon = 1200;

/**
 * @param signal the image's own STOPSIGNAL, which container runtimes also send
 * @returns undefined if it ended before the signal
 */
export async function stop(
  running: Running,
  target: Target,
  conditions: Conditions,
  signal: string,
): Promise<Stop | undefined> {
  const busy = busyConnection(target.port, conditions.load.path);
  const idle = await idleConnection(target.port, conditions.healthPath);
  try {
    const begun = Date.now();
    if (!(await running.kill(signal))) return undefined;
    const { readyPath, readyTimeout, healthPath, healthTimeout, load, grace } = conditions;
    const watches = Promise.all([
      watch(running, target, readyPath, readyTimeout, grace),
      watch(running, target, healthPath, healthTimeout, grace),
      watch(running, target, load.path, readyTimeout, grace),
    ]);
    const within = async (milliseconds: number) => {
      const left = Math.max(0, begun + milliseconds - Date.now());
      return Promise.race([running.ended, sleep(left, undefined, { ref: false })]);
    };
    // Time for the drain. A process that still runs then may wait for a connection that stays open.
    let exit = await within(Math.min(grace * 0.5, conditions.drain + 5000));
    let waitedFor: Stop["waitedFor"];
    for (const [kind, connection] of [
      ["busy connection", busy],
      ["idle connection", idle],
    ] as const) {
      if (exit !== undefined) break;
      connection.close();
      exit = await within(Math.min(grace, Date.now() - begun + soon));
      if (exit !== undefined) waitedFor = kind;
    }
    exit ??= await within(grace);
    const milliseconds = Date.now() - begun;
    if (exit === undefined) await running.kill("SIGKILL");
    await running.ended;
    const [ready, health, loaded] = await watches;
    return {
      signal,
      ...(exit === undefined ? {} : { exit }),
      milliseconds,
      servedFor: Math.max(ready.servedFor, health.servedFor),
      ready: ready.answers,
      health: health.answers,
      load: loaded.answers,
      ...(loaded.failedAfter === undefined ? {} : { loadFailedAfter: loaded.failedAfter }),
      ...(waitedFor === undefined ? {} : { waitedFor }),
    };
  } finally {
    busy.close();
    idle.close();
  }
}

/**
 * The answers of a path until the process ends, without repetitions; also how long it answered, and when the first 5xx
 * came.
 */
async function watch(running: Running, target: Target, path: string, timeout: number, grace: number) {
  const answers: Answer[] = [];
  let servedFor = 0;
  let failedAfter: number | undefined;
  const begun = Date.now();
  while (running.exit === undefined && Date.now() < begun + grace) {
    const answer = await ask(target, path, timeout);
    if ("status" in answer) {
      servedFor = Date.now() - begun;
      if (answer.status >= 500) failedAfter ??= servedFor;
    }
    if (JSON.stringify(answer) !== JSON.stringify(answers.at(-1))) answers.push(answer);
    await sleep(pause);
  }
  return { answers, servedFor, failedAfter };
}
