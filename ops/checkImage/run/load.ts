/** A small load, and how much memory the container takes meanwhile. */
import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Container } from "dockerode";
import type { Load } from "../runEvidence.ts";

/** No load lasts longer, however slow the service is. */
const longest = 30_000;
const requestTimeout = 10_000;

export interface LoadPlan {
  path: string;
  requests: number;
  connections: number;
}

export async function putLoad(container: Container, port: number, plan: LoadPlan): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: plan.connections });
  const deadline = Date.now() + longest;
  const started = Date.now();
  const result: Load = { requests: 0, failed: 0, seconds: 0 };
  const memory = watchMemory(container);
  const client = async () => {
    while (result.requests < plan.requests && Date.now() < deadline) {
      result.requests++;
      const failure = await failureOf(port, plan.path, agent);
      if (failure === undefined) continue;
      result.failed++;
      result.failure ??= failure;
      // A container that is gone answers every request at once.
      if (result.failed >= 200) return;
    }
  };
  await Promise.all(Array.from({ length: plan.connections }, client));
  agent.destroy();
  result.seconds = (Date.now() - started) / 1000;
  result.peakMemory = await memory.stop();
  return result;
}

function failureOf(port: number, path: string, agent: Agent): Promise<string | undefined> {
  return new Promise((resolve) => {
    const call = request({ host: "127.0.0.1", port, path, agent, timeout: requestTimeout });
    call
      .on("timeout", () => call.destroy(new Error("no answer in 10 s")))
      .on("error", (error) => {
        // A server may close an idle connection just when it is used again; clients send such a request once more.
        resolve(
          call.reusedSocket && (error as NodeJS.ErrnoException).code === "ECONNRESET" ? undefined : error.message,
        );
      })
      .on("response", (response) => {
        const { statusCode = 0 } = response;
        response.on("error", (error) => resolve(error.message));
        response.resume().on("end", () => resolve(statusCode >= 500 ? `status ${statusCode}` : undefined));
      })
      .end();
  });
}

interface MemoryStats {
  usage?: number;
  stats?: { total_inactive_file?: number; inactive_file?: number };
}

function watchMemory(container: Container): { stop: () => Promise<number | undefined> } {
  let peak: number | undefined;
  let running = true;
  const look = async () => {
    const { memory_stats } = (await container.stats({ stream: false, "one-shot": true })) as unknown as {
      memory_stats: MemoryStats;
    };
    const { usage, stats } = memory_stats;
    if (usage === undefined) return;
    // cgroup 1 and 2 name it differently: cache that is given up before anything is killed.
    const cache = stats?.total_inactive_file ?? stats?.inactive_file ?? 0;
    peak = Math.max(peak ?? 0, usage - cache);
  };
  const watching = (async () => {
    while (running) {
      await look().catch(() => undefined);
      await sleep(200);
    }
    await look().catch(() => undefined);
  })();
  return {
    stop: async () => {
      running = false;
      await watching;
      return peak;
    },
  };
}
