import type { Result } from "./measure.ts";

export interface BenchOptions {
  /** How often to measure each way. */
  runs: number;
  /** Reports progress, one line at a time. */
  say: (line: string) => void;
}

/** A benchmark. */
export interface Bench {
  /** What it measures, in one line. */
  title: string;
  /** True if it uses the local environment; otherwise it runs on any machine. */
  needsEnvironment: boolean;
  /** Default of `--runs`. */
  runs: number;
  measure(options: BenchOptions): Promise<Result>;
}
