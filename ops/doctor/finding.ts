import type { CauseCode, Stage } from "./causes/causeCodes.ts";

/** One step of a fix: what to do, and the command if there is one. */
export interface Step {
  say: string;
  command?: string;
}

/** The root cause of one pod's failure. */
export interface Diagnosis {
  code: CauseCode;
  /** One sentence with the names and numbers of this case. */
  title: string;
  /** What was observed, each with its source. */
  evidence: string[];
  mend: Step[];
  /** Name of the affected container. */
  container?: string;
}

/** A cause with everything that fails because of it. */
export interface Finding extends Diagnosis {
  stage: Stage;
  /** What fails because of it, such as "pod/web-7c47f956d7-6psxn" or "replicaset/web-7c47f956d7". */
  affected: string[];
  /** The page about the cause. */
  docs: string;
  /** How to check on the node itself, which has no Docker. */
  onNode?: { node: string; runtime: string; commands: string[] };
}
