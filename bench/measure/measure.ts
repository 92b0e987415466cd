/** Measures several ways of doing the same thing in turn, so that noise on the machine affects all of them alike. */
import { childCpuSeconds } from "./cpu.ts";
import { median, quantile } from "./statistics.ts";

/** Measurements of one way, one per run, in the unit of the benchmark. */
export interface Samples {
  /** Name of the way. */
  what: string;
  unit: string;
  values: readonly number[];
  /** CPU seconds of the programs that ran; absent if other processes do the work, or if the programs do not end. */
  cpu?: readonly number[];
}

/** One way compared with another. */
export interface Comparison {
  /** e.g. "tarmac to an empty program" */
  what: string;
  /** Ratio of the medians. */
  ratio: number;
  /** Smallest and largest ratio within one run: the size of the noise. */
  low: number;
  high: number;
  /** Ratio of the CPU times: more reliable when other programs keep the machine busy. */
  cpuRatio?: number;
  /** Upper bound of the ratio; absent if there is no target. */
  atMost?: number;
}

export interface Result {
  samples: Samples[];
  comparisons: Comparison[];
  /** Notes on the figures, one sentence per line. */
  notes?: string[];
}

export const isMet = ({ ratio, atMost }: Comparison): boolean => atMost === undefined || ratio <= atMost;

export interface Way {
  what: string;
  /** Does the work once and returns the measurement. */
  once: (run: number) => Promise<number>;
}

export interface Turns {
  runs: number;
  unit: string;
  /** Rounds that do not count, because caches are cold in the first. @default 1 */
  warmUps?: number;
  /** True if programs that this process runs to their end do the measured work. @default false */
  cpu?: boolean;
  say: (line: string) => void;
}

/** Runs every way in turn, `runs` times. Returns the samples in the order of the ways. */
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

/** @param a and b: samples of the same runs. @param atMost upper bound of their ratio */
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

/** A figure with three significant digits or fewer. */
export function shown(value: number, unit: string): string {
  const digits = Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return `${value.toFixed(digits)}${unit === "" ? "" : ` ${unit}`}`;
}

/** Text for people: figures with their spread, then the ratios. */
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
