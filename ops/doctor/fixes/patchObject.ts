import type { Step } from "../causes/cause.ts";
import { quoted, run } from "./changeOwner.ts";

/** A JSON merge patch, which replaces lists as a whole and removes what is null. @param ref such as "gateway/web" */
export const mergePatch = (say: string, ref: string, namespace: string, patch: object): Step =>
  run(say, `kubectl patch ${ref} --namespace ${namespace} --type merge --patch ${quoted(JSON.stringify(patch))}`);
