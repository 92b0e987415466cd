import type { CauseCode } from "./causes/causeCodes.ts";
import type { Claim, Stage } from "./causes/cause.ts";

/** A cause and everything that fails because of it. */
export interface Finding extends Claim {
  code: CauseCode;
  stage: Stage;
  /** What fails because of it, e.g. "pod/web-7c47f956d7-6psxn" or "replicaset/web-7c47f956d7". */
  affected: string[];
  /** The page about the cause. */
  docs: string;
  /** Commands for checking on the node itself, which has no Docker. */
  onNode?: { node: string; runtime: string; commands: string[] };
}
