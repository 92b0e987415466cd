import type { Step } from "../causes/cause.ts";
import { quoted, run } from "./changeOwner.ts";

/** A JSON merge patch: replaces whole lists and removes null values. @param ref e.g. "gateway/web" */
export const mergePatch = (say: string, ref: string, namespace: string, patch: object): Step =>
  run(say, `kubectl patch ${ref} --namespace ${namespace} --type merge --patch ${quoted(JSON.stringify(patch))}`);
