/**
 * Runs the image and notes what it does: as a restricted pod would run it, with another PORT, and as `docker run` does.
 * Where it works only in the last, one restriction after the other is left out: the one without which it works is the
 * cause, whatever its log says.
 */
import { remove, type Containers } from "../engine/containers.ts";
import type { Conditions } from "../podConditions.ts";
import { loosenings, type ImageConfig, type Loosening, type RunEvidence, type Start } from "../runEvidence.ts";
import type { Report } from "../checkProgress.ts";
import { putLoad } from "./load.ts";
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

export async function observe(observation: Observation): Promise<RunEvidence> {
  const { conditions, report, containers, image } = observation;
  const run = (without: readonly Loosening[], port = conditions.port) =>
    start(containers, { image, conditions, port, without });

  report("starting it under a restricted pod's conditions");
  const restricted = await run([]);
  if (isReady(restricted)) {
    report("asking it, stopping it; beside it with another PORT, and as docker run does");
    const [life, otherPort, plainly] = await Promise.all([
      live(observation, restricted),
      startElsewhere(observation, []),
      runPlainly(observation),
    ]);
    return { restricted: restricted.start, plain: plainly.seen, trials: {}, otherPort, ...life };
  }
  await discard(restricted);
  if (restricted.start.refused !== undefined && !/permission denied/i.test(restricted.start.refused)) {
    // It cannot be created or executed: no restriction has to do with that.
    return { restricted: restricted.start, plain: { ...restricted.start, written: [] }, trials: {}, log: "" };
  }

  report("it did not get ready; trying as docker run does");
  const plainly = await runPlainly(observation);
  const evidence = { restricted: restricted.start, plain: plainly.seen };
  if (plainly.seen.readyAfter === undefined && restricted.start.exit?.outOfMemory !== true) {
    return { ...evidence, trials: {}, log: restricted.start.log };
  }

  report("it needs something that a restricted pod does not give: looking what");
  const tried = await Promise.all(
    loosenings.map(async (loosening) => ({ loosening, started: await run([loosening]) })),
  );
  const trials = Object.fromEntries(tried.map(({ loosening, started }) => [loosening, isReady(started)]));
  const works = tried.find(({ started }) => isReady(started));
  await Promise.all(tried.filter((trial) => trial !== works).map(({ started }) => discard(started)));
  if (works === undefined) return { ...evidence, trials, log: restricted.start.log };
  report("going on with the rest without that restriction");
  const [life, otherPort] = await Promise.all([
    live(observation, works.started),
    startElsewhere(observation, [works.loosening]),
  ]);
  return { ...evidence, trials, otherPort, ...life };
}

const isReady = ({ start: { readyAfter } }: Started) => readyAfter !== undefined;

async function discard({ running }: Started): Promise<void> {
  if (running !== undefined) await remove(running.container);
}

/** Load, then the end. */
async function live(
  { conditions, config }: Observation,
  { running, start: { health } }: Started,
): Promise<Pick<RunEvidence, "health" | "load" | "stop" | "exit" | "log">> {
  if (running?.port === undefined) return { log: "" };
  const load = await putLoad(running.container, running.port, conditions.load);
  const stopped = running.exit === undefined ? await stop(running, conditions, config.stopSignal) : undefined;
  const log = await running.log();
  await remove(running.container);
  return { health, load, ...(stopped === undefined ? {} : { stop: stopped }), exit: running.exit, log };
}

async function startElsewhere(
  { containers, image, conditions }: Observation,
  without: readonly Loosening[],
): Promise<Start & { port: number }> {
  const port = conditions.port === 65_535 ? conditions.port - 1 : conditions.port + 1;
  const started = await start(containers, { image, conditions, port, without });
  await discard(started);
  return { ...started.start, port };
}

/** Some requests, so that what is written while serving is seen as well. */
const requestsPlainly = 50;

async function runPlainly({ containers, image, conditions }: Observation) {
  const started = await start(containers, { image, conditions, port: conditions.port, without: plain });
  const { running } = started;
  if (running === undefined) return { seen: { ...started.start, written: [] } };
  if (running.port !== undefined && isReady(started)) {
    await putLoad(running.container, running.port, { ...conditions.load, requests: requestsPlainly });
  }
  const written = await writtenBy(running.container, ["/tmp", ...conditions.writable]);
  await remove(running.container);
  return { seen: { ...started.start, written } };
}
