/** Ways of doing the same, measured in turn so that a noise of the machine meets all of them alike. */
import { childCpuSeconds } from "./cpu.ts";
import { median, quantile } from "./statistics.ts";

/** What was measured, in the unit of the benchmark, once a run. */
export interface Samples {
  /** As it stands in front of a figure. */
  what: string;
  unit: string;
  values: readonly number[];
  /** CPU seconds of the programs that were run; absent where they do not do the work, or do not end. */
  cpu?: readonly number[];
}

/** One thing measured against another. */
export interface Comparison {
  /** e.g. "tarmac to an empty program" */
  what: string;
  /** Median to median. */
  ratio: number;
  /** Smallest and largest ratio within one run: how far the noise goes. */
  low: number;
  high: number;
  /** The same of the CPU time: the judge where other programs keep the machine busy. */
  cpuRatio?: number;
  /** What the ratio should not exceed; absent when there is nothing to reach. */
  atMost?: number;
}

export interface Result {
  samples: Samples[];
  comparisons: Comparison[];
  /** What is to be known beside the figures, one sentence a line. */
  notes?: string[];
}

export const isMet = ({ ratio, atMost }: Comparison): boolean => atMost === undefined || ratio <= atMost;

export interface Way {
  what: string;
  /** Gives what it measured. */
  once: (run: number) => Promise<number>;
}

export interface Turns {
  runs: number;
  unit: string;
  /** Rounds that do not count: caches are cold in the first. @default 1 */
  warmUps?: number;
  /** Is what is measured the work of programs that this process runs to their end? @default false */
  cpu?: boolean;
  say: (line: string) => void;
}

/** Every way once, in turn, so many times over. Gives the samples in the order of the ways. */
export async function inTurn<const W extends readonly Way[]>(
  ways: W,
  { runs, unit, warmUps = 1, cpu = false, say }: Turns,
): Promise<{ [Index in keyof W]: Samples }> {
  const values = ways.map((): number[] => []);
  const cpuSeconds = ways.map((): number[] => []);
  for (let run = -warmUps; run < runs; run++) {
    for (const [index, { what, once }] of ways.entries()) {
      const before = childCpuSeconds();
      const value = await once(run + warmUps);
      const used = childCpuSeconds() - before;
      const cost = cpu ? `, ${shown(used, "s")} of CPU` : "";
      say(`${run < 0 ? "warm-up" : `run ${run + 1} of ${runs}`}: ${what} ${shown(value, unit)}${cost}`);
      if (run < 0) continue;
      values[index]?.push(value);
      cpuSeconds[index]?.push(used);
    }
  }
  return ways.map(({ what }, index) => ({
    what,
    unit,
    values: values[index] ?? [],
    ...(cpu && { cpu: cpuSeconds[index] ?? [] }),
  })) as { [Index in keyof W]: Samples };
}

/** @param a and b: samples of the same runs. @param atMost what their ratio should not exceed */
export function compare(a: Samples, b: Samples, atMost?: number): Comparison {
  const within = a.values.map((value, run) => value / (b.values[run] ?? NaN));
  return {
    what: `${a.what} to ${b.what}`,
    ratio: median(a.values) / median(b.values),
    low: Math.min(...within),
    high: Math.max(...within),
    ...(a.cpu !== undefined && b.cpu !== undefined && { cpuRatio: median(a.cpu) / median(b.cpu) }),
    ...(atMost !== undefined && { atMost }),
  };
}

/** A figure with as many digits as mean something. */
export function shown(value: number, unit: string): string {
  const digits = Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return `${value.toFixed(digits)}${unit === "" ? "" : ` ${unit}`}`;
}

/** For people: figures with their spread, then the ratios. */
export function toText({ samples, comparisons, notes = [] }: Result): string {
  const width = Math.max(0, ...samples.map(({ what }) => what.length));
  const figures = samples.map(({ what, unit, values, cpu }) => {
    const spread = `${shown(quantile(values, 0), unit)} to ${shown(quantile(values, 1), unit)} in ${values.length} runs`;
    const cost = cpu === undefined ? "" : `; ${shown(median(cpu), "s")} of CPU`;
    return `  ${what.padEnd(width)}  ${shown(median(values), unit)}${values.length > 1 ? `  (${spread}${cost})` : ""}`;
  });
  const ratios = comparisons.map((comparison) => {
    const { what, ratio, low, high, cpuRatio, atMost } = comparison;
    const cost = cpuRatio === undefined ? "" : `, in CPU time ${cpuRatio.toFixed(2)} x`;
    const range = low === high ? cost : ` (${low.toFixed(2)} to ${high.toFixed(2)}${cost})`;
    const target = atMost === undefined ? "" : `; at most ${atMost}: ${isMet(comparison) ? "met" : "MISSED"}`;
    return `  ${what}: ${ratio.toFixed(2)} x${range}${target}`;
  });
  return [figures, ratios, notes.map((note) => `  ${note}`)]
    .filter((part) => part.length > 0)
    .map((part) => part.join("\n"))
    .join("\n\n");
}
