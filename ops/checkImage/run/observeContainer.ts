/**
 * Runs the image and records its behavior: as a restricted pod runs it, with another PORT, and as `docker run` does. If
 * it works only in the last, restrictions are left out one at a time, then two at a time: those without which it works
 * are the cause, whatever its log says. The rest of the check continues without them.
 */
import { remove, type Containers } from "../engine/checkContainers.ts";
import type { Conditions } from "../podConditions.ts";
import { loosenings, type ImageConfig, type Loosening, type RunEvidence, type Start } from "../runEvidence.ts";
import type { Report } from "../checkProgress.ts";
import { putLoad, putLoadAndProbe } from "./load.ts";
import { processesOf } from "./containerProcesses.ts";
import { plain } from "./restrictions.ts";
import { start, type Started } from "./startContainer.ts";
import { stop } from "./stopContainer.ts";
import { writtenBy } from "./written.ts";

export interface Observation {
  containers: Containers;
  image: string;
  config: ImageConfig;
  conditions: Conditions;
  report: Report;
}

/** @param seen filled step by step, so that a check that ends early keeps its observations */
export async function observe(observation: Observation, seen: Partial<RunEvidence>): Promise<void> {
  const { report } = observation;
  report("starting it under a restricted pod's conditions");
  const restricted = await run(observation, []);
  seen.restricted = restricted.start;
  seen.trials = {};
  seen.log = restricted.start.log;
  if (isReady(restricted)) {
    report("asking it, stopping it; beside it with another PORT, and as docker run does");
    await Promise.all([
      live(observation, restricted, seen),
      startElsewhere(observation, [], seen),
      runPlainly(observation, seen),
    ]);
    return;
  }
  await discard(restricted);
  const { refused, exit } = restricted.start;
  // It cannot be created or executed: no restriction causes that.
  if (refused !== undefined && !/permission denied/i.test(refused)) {
    seen.plain = { ...restricted.start, written: [] };
    return;
  }

  report("it did not get ready; trying as docker run does");
  const plainly = await runPlainly(observation, seen);
  if (plainly.readyAfter === undefined && exit?.outOfMemory !== true) return;

  report("it needs something that a restricted pod does not give: looking what");
  const works = await fewest(observation, plainly, seen.trials);
  if (works === undefined) return;
  seen.needed = works.without;
  report(`going on with the rest of the checks without ${works.without.join(" and ")}`);
  await Promise.all([live(observation, works.started, seen), startElsewhere(observation, works.without, seen)]);
}

interface Working {
  without: readonly Loosening[];
  started: Started;
}

/** The smallest set of restrictions without which it becomes ready: one, two, or all that `docker run` leaves out. */
async function fewest(
  observation: Observation,
  plainly: Start,
  trials: Partial<Record<Loosening, Start>>,
): Promise<Working | undefined> {
  const single = await firstThatWorks(
    observation,
    loosenings.map((loosening) => [loosening]),
    (tried) => {
      for (const { without, started } of tried) if (without[0] !== undefined) trials[without[0]] = started.start;
    },
  );
  if (single !== undefined) return single;
  const pairs = loosenings.flatMap((one, at) => loosenings.slice(at + 1).map((other) => [one, other]));
  const pair = await firstThatWorks(observation, pairs);
  if (pair !== undefined || plainly.readyAfter === undefined) return pair;
  return firstThatWorks(observation, [plain]);
}

/** Tries all in parallel and keeps the first that becomes ready; the others are removed. */
async function firstThatWorks(
  observation: Observation,
  sets: readonly (readonly Loosening[])[],
  note: (tried: readonly Working[]) => void = () => undefined,
): Promise<Working | undefined> {
  const tried = await Promise.all(sets.map(async (without) => ({ without, started: await run(observation, without) })));
  note(tried);
  const works = tried.find(({ started }) => isReady(started));
  await Promise.all(tried.filter((one) => one !== works).map(({ started }) => discard(started)));
  return works;
}

const run = (
  { containers, image, conditions }: Observation,
  without: readonly Loosening[],
  port = conditions.port,
): Promise<Started> => start(containers, { image, conditions, port, without });

const isReady = ({ start: { readyAfter } }: Started) => readyAfter !== undefined;

async function discard({ running }: Started): Promise<void> {
  if (running !== undefined) await remove(running.container);
}

/** Load, then stop. */
async function live(
  { conditions, config }: Observation,
  { running, start: { health } }: Started,
  seen: Partial<RunEvidence>,
): Promise<void> {
  if (running?.target === undefined) return;
  seen.health = health;
  seen.load = await putLoadAndProbe(running, running.target, conditions);
  seen.log = await running.log().catch(() => seen.log ?? "");
  if (running.exit === undefined) {
    seen.processes = await processesOf(running.container).catch(() => undefined);
    const stopped = await stop(running, running.target, conditions, config.stopSignal);
    if (stopped !== undefined) seen.stop = stopped;
  }
  seen.exit = await running.ended;
  seen.log = await running.log().catch(() => seen.log ?? "");
  await remove(running.container);
}

async function startElsewhere(
  observation: Observation,
  without: readonly Loosening[],
  seen: Partial<RunEvidence>,
): Promise<void> {
  const { conditions } = observation;
  const port = conditions.port === 65_535 ? conditions.port - 1 : conditions.port + 1;
  const started = await run(observation, without, port);
  await discard(started);
  seen.otherPort = { ...started.start, port };
}

/** A few requests, so that files written while serving are also recorded. */
const requestsPlainly = 50;

async function runPlainly(observation: Observation, seen: Partial<RunEvidence>): Promise<Start> {
  const { conditions } = observation;
  const started = await run(observation, plain);
  const { running } = started;
  if (running === undefined) {
    seen.plain = { ...started.start, written: [] };
    return started.start;
  }
  if (running.target !== undefined && isReady(started)) {
    await putLoad(running, running.target, { ...conditions.load, requests: requestsPlainly });
  }
  const written = await writtenBy(running.container, ["/tmp", ...conditions.writable]);
  await remove(running.container);
  seen.plain = { ...started.start, written };
  return started.start;
}
