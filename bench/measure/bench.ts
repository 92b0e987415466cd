import type { Result } from "./measure.ts";

export interface BenchOptions {
  /** How often each way is measured. */
  runs: number;
  /** Tells what is going on, a line at a time. */
  say: (line: string) => void;
}

/** A question with a figure for an answer. */
export interface Bench {
  /** What it measures, in one line. */
  title: string;
  /** Does it use the local environment? Else it runs on any machine. */
  needsEnvironment: boolean;
  /** How often each way is measured unless somebody asks for more. */
  runs: number;
  measure(options: BenchOptions): Promise<Result>;
}
