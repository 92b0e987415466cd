/**
 * Requests lost while a service's pods are replaced: with the stack's defaults and, as a control, without the pause before
 * SIGTERM and the drain after it.
 */
import { ownStack } from "../tests/e2e/ownStack.ts";
import { total, type PhaseReport } from "./load/httpLoad.ts";
import type { Bench, BenchOptions } from "./measure/bench.ts";
import { shown, type Result, type Samples } from "./measure/measure.ts";
import { replaceUnderLoad, rollOutUnderLoad } from "./rollout/scenario.ts";

const replicas = 3;

export const rollout: Bench = {
  title: "requests lost in rolling updates and evictions under load, with and without drain",
  needsEnvironment: true,
  runs: 1,
  measure,
};

async function measure({ runs, say }: BenchOptions): Promise<Result> {
  const stack = await ownStack("bench-rollout", { replicas });
  const drained: PhaseReport[][] = [];
  const abrupt: PhaseReport[][] = [];
  try {
    say("creating the stack");
    await stack.up();
    for (let run = 0; run < runs; run++) {
      drained.push(await replaceUnderLoad(stack, { replicas, report: say }));
      for (const phase of drained.at(-1) ?? []) say(line(phase));
    }
    Object.assign(stack.settings, { preStopSeconds: 0, drainSeconds: 0 });
    // The pods replaced by this update still drain: only the next ones stop abruptly.
    say("creating pods that stop immediately");
    await stack.up();
    for (let run = 0; run < runs; run++) {
      abrupt.push(await rollOutUnderLoad(stack, { replicas }));
      for (const phase of abrupt.at(-1) ?? []) say(`without drain, ${line(phase)}`);
    }
  } finally {
    await stack.remove();
  }
  const phases = drained.flat();
  const sample = (what: string, unit: string, values: number[]): Samples => ({ what, unit, values });
  const lost = drained.map((run) => total(run).failed);
  return {
    samples: [
      sample(
        "requests in three rollouts and an eviction",
        "",
        drained.map((run) => total(run).requests),
      ),
      sample("lost", "", lost),
      sample(
        "50 % are answered within",
        "ms",
        phases.map(({ p50 }) => p50),
      ),
      sample(
        "99 % are answered within",
        "ms",
        phases.map(({ p99 }) => p99),
      ),
      sample(
        "the slowest of a phase",
        "ms",
        phases.map(({ max }) => max),
      ),
      sample(
        "requests in one rollout without preStop and drain",
        "",
        abrupt.map((run) => total(run).requests),
      ),
      sample(
        "lost without preStop and drain",
        "",
        abrupt.map((run) => total(run).failed),
      ),
    ],
    comparisons: [
      { what: "requests lost", ratio: Math.max(...lost), low: Math.min(...lost), high: Math.max(...lost), atMost: 0 },
    ],
    notes: phases.map(line),
  };
}

function line({ phase, requests, failed, failures, p50, p99, max }: PhaseReport): string {
  const why = Object.entries(failures).map(([reason, count]) => `${count} x ${reason}`);
  return (
    `${phase}: ${requests} requests, ${failed} lost${why.length === 0 ? "" : ` (${why.join(", ")})`}, ` +
    `p50 ${shown(p50, "ms")}, p99 ${shown(p99, "ms")}, max ${shown(max, "ms")}`
  );
}
