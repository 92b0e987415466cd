/** A small load with both probes in parallel, and the container's memory usage. */
import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Conditions } from "../podConditions.ts";
import type { Answer, Load, ProbesUnderLoad } from "../runEvidence.ts";
import { ask, inWords, isGood, type Target } from "./ask.ts";
import type { Running } from "./runningContainer.ts";

/** Maximum duration of the load, however slow the service is. */
const longest = 30_000;
/** Maximum time until a response begins. */
const answerTimeout = 10_000;
/** Maximum time from a response's beginning to its end: a longer one counts as a stream. */
const bodyTimeout = 3000;
/** Stop after this many streams: further ones show nothing new. */
const mostEndless = 40;
/** Pause between probes; a kubelet probes every few seconds, but the load is short. */
const probePause = 400;

export interface LoadPlan {
  path: string;
  requests: number;
  connections: number;
}

type Outcome = { failure?: string; endless?: true };

export async function putLoad(running: Running, target: Target, plan: LoadPlan): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: plan.connections });
  const started = Date.now();
  const deadline = started + longest;
  const result: Load = { requests: 0, failed: 0, seconds: 0 };
  const memory = watchMemory(running);
  let endless = 0;
  const client = async () => {
    while (result.requests < plan.requests && Date.now() < deadline && running.exit === undefined) {
      result.requests++;
      const outcome = await requestOnce(target.port, plan.path, agent);
      if (outcome.endless === true) endless++;
      if (endless >= mostEndless) return;
      if (outcome.failure === undefined) continue;
      result.failed++;
      result.failure ??= outcome.failure;
      // If the container is gone, every request fails at once.
      if (result.failed >= 200) return;
    }
  };
  await Promise.all(Array.from({ length: plan.connections }, client));
  agent.destroy();
  result.seconds = (Date.now() - started) / 1000;
  if (endless > 0) result.endless = endless;
  result.peakMemory = await memory.stop();
  return result;
}

/** Runs the load and the probes; the probes continue as long as the load. */
export async function putLoadAndProbe(running: Running, target: Target, conditions: Conditions): Promise<Load> {
  const over = new AbortController();
  const { load: plan, readyPath, readyTimeout, healthPath, healthTimeout } = conditions;
  const probes = [
    probe(running, target, readyPath, readyTimeout, over.signal),
    probe(running, target, healthPath, healthTimeout, over.signal),
  ];
  const load = await putLoad(running, target, plan);
  over.abort();
  const [ready, health] = await Promise.all(probes);
  const result: Load = {
    ...load,
    ...(ready === undefined ? {} : { ready }),
    ...(health === undefined ? {} : { health }),
  };
  if (health === undefined || health.failed === 0 || running.exit !== undefined) return result;
  return { ...result, besideOne: await besideOne(running, target, conditions) };
}

/** Whether a single request keeps the liveness path from answering: then the event loop is blocked, not just busy. */
async function besideOne(running: Running, target: Target, conditions: Conditions): Promise<Answer> {
  const { load, healthPath, healthTimeout } = conditions;
  // First let the load's remaining work finish.
  for (let tries = 0; tries < 10 && running.exit === undefined; tries++) {
    if (isGood(await ask(target, healthPath, healthTimeout))) break;
    await sleep(probePause);
  }
  const agent = new Agent({ keepAlive: false });
  const one = requestOnce(target.port, load.path, agent);
  await sleep(50);
  const answer = await ask(target, healthPath, healthTimeout);
  agent.destroy();
  await one;
  return answer;
}

async function probe(
  running: Running,
  target: Target,
  path: string,
  timeout: number,
  over: AbortSignal,
): Promise<ProbesUnderLoad> {
  const seen: ProbesUnderLoad = { asked: 0, failed: 0, streak: 0 };
  let streak = 0;
  await sleep(100);
  while (!over.aborted && running.exit === undefined) {
    const answer = await ask(target, path, timeout);
    // If the process's end cut the answer off, it says nothing about the probe.
    if (running.exit !== undefined) break;
    seen.asked++;
    streak = isGood(answer) ? 0 : streak + 1;
    if (streak > 0) {
      seen.failed++;
      seen.failure = answer;
      seen.streak = Math.max(seen.streak, streak);
    }
    await sleep(probePause, undefined, { signal: over }).catch(() => undefined);
  }
  return seen;
}

/**
 * One request with a time limit: the answer must begin within ten seconds and end within three more, or it is cut off.
 */
function requestOnce(port: number, path: string, agent: Agent): Promise<Outcome> {
  return new Promise((resolve) => {
    const call = request({ host: "127.0.0.1", port, path, agent });
    let timer = setTimeout(() => {
      resolve({ failure: `no answer in ${answerTimeout / 1000} s` });
      call.destroy();
    }, answerTimeout);
    const end = (outcome: Outcome) => {
      clearTimeout(timer);
      resolve(outcome);
    };
    call
      .on("error", (error: NodeJS.ErrnoException) => {
        // A server may close an idle connection just as it is reused; clients retry such a request once.
        end(call.reusedSocket && error.code === "ECONNRESET" ? {} : { failure: error.message });
      })
      .on("response", (response) => {
        const { statusCode = 0 } = response;
        clearTimeout(timer);
        const outcome: Outcome = statusCode >= 500 ? { failure: inWords({ status: statusCode }) } : {};
        timer = setTimeout(() => {
          end({ ...outcome, endless: true });
          response.destroy();
        }, bodyTimeout);
        response.on("error", (error) => end({ failure: error.message }));
        response.resume().on("end", () => end(outcome));
      })
      .on("close", () => end({ failure: "connection closed without an answer" }))
      .end();
  });
}

interface MemoryStats {
  usage?: number;
  stats?: { total_inactive_file?: number; inactive_file?: number };
}

function watchMemory({ container, ended }: Running): { stop: () => Promise<number | undefined> } {
  let peak: number | undefined;
  let running = true;
  const look = async () => {
    const { memory_stats } = (await container.stats({ stream: false, "one-shot": true })) as unknown as {
      memory_stats: MemoryStats;
    };
    const { usage, stats } = memory_stats;
    if (usage === undefined) return;
    // cgroup 1 and 2 use different names. This is cache that the kernel reclaims before it kills anything.
    const cache = stats?.total_inactive_file ?? stats?.inactive_file ?? 0;
    peak = Math.max(peak ?? 0, usage - cache);
  };
  // A container that has just ended may never answer the request for its memory usage.
  const bounded = () => Promise.race([look().catch(() => undefined), sleep(3000, undefined, { ref: false })]);
  const watching = (async () => {
    while (running) {
      await bounded();
      await Promise.race([sleep(200), ended.catch(() => undefined)]);
      if (running) await sleep(50);
    }
    await bounded();
  })();
  return {
    stop: async () => {
      running = false;
      await watching;
      return peak;
    },
  };
}
