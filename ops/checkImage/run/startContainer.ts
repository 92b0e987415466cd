/** Starts the image and waits until it is ready, has ended, or the time is up. */
import { setTimeout as sleep } from "node:timers/promises";
import { CouldNotRun } from "../../couldNotRun.ts";
import type { Conditions } from "../podConditions.ts";
import type { Answer, Loosening, Start } from "../runEvidence.ts";
import type { Containers } from "../engine/checkContainers.ts";
import { ask, isGood } from "./ask.ts";
import { type Running, startContainer } from "./runningContainer.ts";
import { debuggersAt } from "./debuggers.ts";
import { dialectOf } from "./dialect.ts";
import { processesOf } from "./containerProcesses.ts";
import { socketsOf } from "./sockets.ts";
import { containerOptions } from "./restrictions.ts";

export interface Started {
  start: Start;
  /** Absent if it could not be started. */
  running?: Running;
}

/** Time between attempts. A probe would wait seconds, but this measures the start. */
const pause = 100;
/** How much longer to wait for a late start, to tell it from one that never becomes ready. */
const atMostLonger = 30_000;

export interface StartPlan {
  image: string;
  conditions: Conditions;
  port: number;
  without: readonly Loosening[];
}

/** Engine errors that are the machine's fault, not the image's. */
const machineAtFault =
  /range of cpus|minimum memory limit|no space left|address pools? |port is already allocated|cannot allocate memory|network .* not found|failed to create (?:endpoint|shim)|iptables|cgroup/i;

/**
 * Never throws for problems in the image: these are what the check observes.
 * @throws CouldNotRun if this machine cannot start any image in this way
 */
export async function start(containers: Containers, plan: StartPlan): Promise<Started> {
  const { image, conditions, port, without } = plan;
  let running: Running;
  try {
    const container = await containers.create(containerOptions(image, conditions, port, without));
    running = await startContainer(container, port);
  } catch (error) {
    const { message, statusCode } = error as Error & { statusCode?: number };
    // 4xx and 500: the engine rejects this image. Anything else is not about the image.
    if (statusCode === undefined) throw error;
    if (machineAtFault.test(message) && !/exec: |executable file|exec format/i.test(message)) {
      throw new CouldNotRun(`this machine's Docker engine cannot start a container: ${message.trim()}`, {
        cause: error,
      });
    }
    return { start: { refused: message, log: "" } };
  }
  const seen = await untilReady(running, conditions);
  const ready = seen.readyAfter !== undefined;
  // It may have just ended: its exit then explains more than a missing answer.
  if (!ready && running.target === undefined) await running.ended;
  const [log, sockets, processes, dialect] = await Promise.all([
    running.log().catch(() => ""),
    socketsOf(running.container).catch(() => undefined),
    processesOf(running.container).catch(() => undefined),
    ready || running.target === undefined || !mayBeAnother(seen.ready)
      ? undefined
      : dialectOf(running.target, port).catch(() => undefined),
  ]);
  const address = running.target?.address;
  const debuggers =
    address === undefined || sockets === undefined ? [] : await debuggersAt(address, sockets.listeners, port);
  return {
    running,
    start: {
      ...seen,
      exit: running.exit,
      log,
      ...sockets,
      ...(processes === undefined ? {} : { processes }),
      ...(dialect === undefined || running.exit !== undefined ? {} : { dialect }),
      ...(address === undefined ? {} : { address }),
      ...(debuggers.length === 0 ? {} : { debuggers }),
    },
  };
}

/**
 * Servers of other protocols close the connection, send nothing, or answer 400 (bad request) or 426 (upgrade required).
 */
const mayBeAnother = (answer: Answer | undefined): boolean =>
  answer !== undefined && (!("status" in answer) || [400, 403, 426, 505].includes(answer.status));

async function untilReady(running: Running, conditions: Conditions) {
  const { readyWithin, readyTimeout, readyPath, healthPath, healthTimeout } = conditions;
  const deadline = running.startedAt + readyWithin + Math.min(readyWithin, atMostLonger);
  const seen: Pick<Start, "readyAfter" | "ready" | "health"> = {};
  if (running.target === undefined) return seen;
  while (running.exit === undefined && Date.now() < deadline) {
    seen.ready = await ask(running.target, readyPath, readyTimeout);
    if (isGood(seen.ready)) {
      seen.readyAfter = Date.now() - running.startedAt;
      break;
    }
    await Promise.race([sleep(pause), running.ended]);
  }
  if (running.exit === undefined) seen.health = await ask(running.target, healthPath, healthTimeout);
  return seen;
}
