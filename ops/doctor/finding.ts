import type { CauseCode, Stage } from "./causes/codes.ts";

/** One step of mending: what to do, and the command where there is one. */
export interface Step {
  say: string;
  command?: string;
}

/** The root cause of one pod's failure. */
export interface Diagnosis {
  code: CauseCode;
  /** One sentence with the names and numbers of this case. */
  title: string;
  /** What was seen, each with where. */
  evidence: string[];
  mend: Step[];
  /** Name of the container it is about. */
  container?: string;
}

/** A cause with everything it makes fail. */
export interface Finding extends Diagnosis {
  stage: Stage;
  /** What fails because of it, such as "pod/web-7c47f956d7-6psxn" or "replicaset/web-7c47f956d7". */
  affected: string[];
  /** The page about the cause. */
  docs: string;
  /** The same look on the node itself, which has no Docker: the node, its runtime, the commands. */
  onNode?: { node: string; runtime: string; commands: string[] };
}
