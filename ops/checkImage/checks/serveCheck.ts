/** How it serves: its port, its liveness path, its writes, its memory under a small load. */
import type { Conditions } from "../podConditions.ts";
import type { Exit, Load, RunEvidence } from "../runEvidence.ts";
import { inWords, isGood } from "../run/ask.ts";
import { errorLine, heapExhausted, refusedWrites } from "../run/containerLog.ts";
import { mebibytes } from "../units.ts";
import { type Check, type Judgement, problems } from "../verdict.ts";
import { listed } from "./fileCheck.ts";
import { listenerProblem } from "./startCheck.ts";

/** Of the limit; above it the next burst may be the last. */
const headroom = 0.8;

/** With another PORT: any answer will do, it is about the port alone. */
export function judgePort({ otherPort }: Pick<RunEvidence, "otherPort">): Judgement {
  if (otherPort === undefined) return undefined;
  const { port, ready, health, listeners } = otherPort;
  const answered = [ready, health].some((answer) => answer !== undefined && "status" in answer);
  if (answered) return { fine: `with PORT=${port} it listens there` };
  const found = listenerProblem(listeners, port);
  // On no port at all it is another trouble than the port's, and there is nothing to compare.
  if (found?.code === "nothing-listens") return [{ ...found, code: "port-ignored" }];
  return [found ?? { code: "port-ignored", seen: `with PORT=${port} nobody answers there: ${inWords(ready)}` }];
}

export function judgeHealth({ restricted, health: later }: RunEvidence, { healthPath, port }: Conditions): Judgement {
  const health = later ?? restricted.health;
  // Where nobody answers at all the start says why.
  if (health === undefined || "error" in health) return undefined;
  if (isGood(health)) return { fine: `${healthPath}: ${inWords(health)}` };
  return problems({ code: "health-not-ok", seen: `${healthPath} on port ${port}: ${inWords(health)}` });
}

export function judgeWrites({ restricted, plain, log }: RunEvidence): Judgement {
  if (restricted.refused !== undefined) return undefined;
  const refused = refusedWrites(`${restricted.log}\n${log}`).filter((path) => path !== "");
  const seen = [
    ...(refused.length > 0 ? [`refused on the read-only root: ${listed(refused)}`] : []),
    ...(plain.written.length > 0 ? [`written with docker run: ${listed(plain.written)}`] : []),
  ];
  if (seen.length > 0) return problems({ code: "writes-outside-mounts", seen: seen.join("; ") });
  // What never got ready had no time to write.
  return plain.readyAfter === undefined ? undefined : { fine: "none attempted" };
}

export function judgeMemory(
  load: Load | undefined,
  exit: Exit | undefined,
  log: string,
  { memory }: Pick<Conditions, "memory">,
): Judgement {
  if (load === undefined) return undefined;
  const limit = mebibytes(memory);
  const peak = load.peakMemory;
  const after = `after ${load.requests} requests`;
  if (exit?.outOfMemory === true) {
    const most = peak === undefined ? "" : `, at ${mebibytes(peak)} when last seen`;
    return problems({ code: "oom-killed", seen: `killed at the limit of ${limit} ${after}${most}` });
  }
  if (heapExhausted(log))
    return problems({ code: "heap-exhausted", seen: `V8's heap ran full ${after} (limit ${limit})` });
  if (peak === undefined) return undefined;
  const use = `${mebibytes(peak)} of ${limit} ${after}`;
  return problems(peak > memory * headroom && { code: "memory-headroom", seen: use }) ?? { fine: use };
}

/** @param run what came of the load, and whether the process outlived it (then it was stopped) */
export function judgeLoad(
  { load, stop, exit, log }: Pick<RunEvidence, "load" | "stop" | "exit" | "log">,
  { load: { path } }: Pick<Conditions, "load">,
): Judgement {
  if (load === undefined) return undefined;
  const { requests, failed, failure } = load;
  if (stop === undefined && exit !== undefined) {
    // Out of memory is the memory's own finding.
    if (exit.outOfMemory || heapExhausted(log)) return undefined;
    return [
      { code: "exits-by-itself", seen: `exit ${exit.code} after ${requests} requests to ${path}: ${errorLine(log)}` },
    ];
  }
  const rate = Math.round(requests / Math.max(load.seconds, 0.001));
  return (
    problems(
      failed > 0 && {
        code: "fails-under-load",
        seen: `${failed} of ${requests} requests to ${path} failed: ${failure}`,
      },
    ) ?? { fine: `${requests} requests to ${path}, ${rate} a second, none failed` }
  );
}

export const port: Check = {
  name: "port",
  title: "listens on the port that PORT names",
  judge: ({ run }) => (run === undefined ? undefined : judgePort(run)),
};
export const health: Check = {
  name: "health",
  title: "answers the liveness probe",
  judge: ({ run, conditions }) => (run === undefined ? undefined : judgeHealth(run, conditions)),
};
export const writes: Check = {
  name: "writes",
  title: "writes only to mounts",
  judge: ({ run }) => (run === undefined ? undefined : judgeWrites(run)),
};
export const memory: Check = {
  name: "memory",
  title: "stays below the memory limit",
  judge: ({ run, conditions }) => judgeMemory(run?.load, run?.exit, run?.log ?? "", conditions),
};
export const load: Check = {
  name: "load",
  title: "answers a small load",
  judge: ({ run, conditions }) => (run === undefined ? undefined : judgeLoad(run, conditions)),
};
