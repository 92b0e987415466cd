/** Starts the image and waits until it is ready, has ended, or has had all the time there is. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Conditions } from "../podConditions.ts";
import type { Start } from "../runEvidence.ts";
import type { Containers } from "../engine/containers.ts";
import { ask, isGood } from "./ask.ts";
import { type Running, startContainer } from "./container.ts";
import { listenersOf } from "./listeners.ts";
import { containerOptions } from "./restrictions.ts";
import type { Loosening } from "../runEvidence.ts";

export interface Started {
  start: Start;
  /** Absent when it could not be started. */
  running?: Running;
}

/** Time between two looks; a probe would look every few seconds, but the start is to be measured. */
const pause = 100;
/** How long a late one is waited for, so that it can be told from one that never comes. */
const atMostLonger = 30_000;

export interface StartPlan {
  image: string;
  conditions: Conditions;
  port: number;
  without: readonly Loosening[];
}

/** Never throws for what the image does wrong: that is what is to be seen. */
export async function start(containers: Containers, plan: StartPlan): Promise<Started> {
  const { image, conditions, port, without } = plan;
  let running: Running;
  try {
    const container = await containers.create(containerOptions(image, conditions, port, without));
    running = await startContainer(container, port);
  } catch (error) {
    // 4xx and 500: the engine refuses this image; anything else is not about the image.
    if ((error as { statusCode?: number }).statusCode === undefined) throw error;
    return { start: { refused: (error as Error).message, log: "" } };
  }
  const seen = await untilReady(running, conditions);
  const [log, listeners] = await Promise.all([running.log(), listenersOf(running.container).catch(() => undefined)]);
  // It may have ended just now: its exit then explains more than its silence.
  if (seen.readyAfter === undefined && running.port === undefined) await running.ended;
  return { running, start: { ...seen, exit: running.exit, log, listeners } };
}

async function untilReady(running: Running, conditions: Conditions) {
  const { readyWithin, readyTimeout, readyPath, healthPath } = conditions;
  const deadline = running.startedAt + readyWithin + Math.min(readyWithin, atMostLonger);
  const seen: Pick<Start, "readyAfter" | "ready" | "health"> = {};
  if (running.port === undefined) return seen;
  while (running.exit === undefined && Date.now() < deadline) {
    seen.ready = await ask(running.port, readyPath, readyTimeout);
    if (isGood(seen.ready)) {
      seen.readyAfter = Date.now() - running.startedAt;
      break;
    }
    await Promise.race([sleep(pause), running.ended]);
  }
  if (running.exit === undefined) seen.health = await ask(running.port, healthPath, readyTimeout);
  return seen;
}
