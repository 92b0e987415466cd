/** How it stops: the stop signal, drain, exit. */
import type { Conditions } from "../podConditions.ts";
import type { Answer, RunEvidence, Stop } from "../runEvidence.ts";
import { isGood } from "../run/ask.ts";
import { tail } from "../run/programOutput.ts";
import { signalNumber } from "../run/containerProcesses.ts";
import { handles, signalArrived, treeOf } from "../run/processTree.ts";
import { seconds } from "../units.ts";
import { type Check, type Judgement, problems } from "../verdict.ts";

/** The statuses among the answers: once the server is closed, how connections end is irrelevant. */
const statuses = (answers: readonly Answer[]): number[] =>
  answers.flatMap((answer) => ("status" in answer ? [answer.status] : []));

/** Longer than a request that was in progress when the signal arrived. */
const servedOn = 1000;

const saidNotReady = ({ ready }: Stop) => statuses(ready).some((status) => status >= 500);

export function judgeExit(run: RunEvidence | undefined, { grace }: Pick<Conditions, "grace">): Judgement {
  const stop = run?.stop;
  // If the signal never reached the program, another check reports that.
  if (run === undefined || stop === undefined || signalArrived(run) === false) return undefined;
  const { exit, milliseconds, signal, waitedFor } = stop;
  if (exit === undefined) return [stillThere(run, stop, grace)];
  const seen = `exit ${exit.code} ${seconds(milliseconds)} after ${signal}`;
  if (waitedFor !== undefined) {
    return [
      {
        code: "waits-for-connections",
        // A client that keeps sending is cut off at the end; most processes wait only for such a client.
        level: waitedFor === "busy connection" ? "warning" : "finding",
        seen: `it ended only when the check closed its ${waitedFor}: ${seen}`,
      },
    ];
  }
  if (exit.code === 0) return { fine: seen };
  const bySignal = exit.code === 128 + (signalNumber(signal) ?? 15);
  if (bySignal && saidNotReady(stop) && stop.servedFor > servedOn) {
    return [{ code: "exit-143-after-drain", seen: `it drained, and then: ${seen}` }];
  }
  if (bySignal) return [mismatch(run, stop) ?? { code: "killed-by-sigterm", seen: `${seen}, without a drain` }];
  return [{ code: "exit-not-zero", seen: `${seen}; its log: ${tail(run.log, 2)}` }];
}

function stillThere(run: RunEvidence, stop: Stop, grace: number) {
  const { signal } = stop;
  const after = `it still ran ${seconds(grace)} after ${signal}, and was killed (exit 137)`;
  const program = treeOf(run)?.program;
  const handled = handles(program, signal);
  if (saidNotReady(stop))
    return { code: "handler-never-exits" as const, seen: `it said that it is not ready after ${signal}, and ${after}` };
  if (handled === true) return { code: "handler-never-exits" as const, seen: `it handles ${signal}, and ${after}` };
  // Whoever closes the server on the signal handles it, even if the handlers are not known.
  if (handled === undefined && stop.servedFor < stop.milliseconds / 2)
    return {
      code: "handler-never-exits" as const,
      seen: `it stopped answering ${seconds(stop.servedFor)} after ${signal}, and ${after}`,
    };
  const why = handled === false ? "it has no handler" : "it answered as before, as a process without a handler does";
  return mismatch(run, stop) ?? { code: "sigterm-ignored" as const, seen: `${after}; ${why}` };
}

/** The image's stop signal differs from the signal that the program handles. */
function mismatch(run: RunEvidence, { signal }: Stop) {
  if (signalNumber(signal) === signalNumber("SIGTERM")) return undefined;
  const program = treeOf(run)?.program;
  if (handles(program, signal) !== false) return undefined;
  const handled =
    handles(program, "SIGTERM") === true ? `handles SIGTERM and not ${signal}` : `has no handler for ${signal}`;
  return { code: "stop-signal-mismatch" as const, seen: `STOPSIGNAL is ${signal}, and the program ${handled}` };
}

/**
 * Whether it reports that it is stopping, and keeps serving meanwhile.
 * @param before the liveness path's answer before the signal: an earlier failure is not caused by the drain
 */
export function judgeDrain(
  run: Pick<RunEvidence, "stop" | "load"> | undefined,
  before: Answer | undefined,
  { readyPath, healthPath, load, drain }: Pick<Conditions, "readyPath" | "healthPath" | "load" | "drain">,
): Judgement {
  const stop = run?.stop;
  if (stop === undefined) return undefined;
  const [ready, health] = [statuses(stop.ready), statuses(stop.health)];
  const notReady = saidNotReady(stop);
  // A process that ignores the signal does not drain; another check reports that.
  if (stop.exit === undefined && !notReady) return undefined;
  // A single request blocks its answers: failures during the stop have the same cause.
  if (run?.load?.besideOne !== undefined && !isGood(run.load.besideOne)) return undefined;
  const after = `${seconds(stop.milliseconds)} after ${stop.signal}`;
  const sick = isGood(before) ? health.find((status) => !isGood({ status })) : undefined;
  const shown = ready.length === 0 ? "no answer" : ready.join(", then ");
  // Failures before the signal are not caused by the signal.
  const served = run?.load === undefined || run.load.failed < run.load.requests / 2;
  const early = Math.min(servedOn, drain / 2);
  const refuses = served && stop.loadFailedAfter !== undefined && stop.loadFailedAfter <= Math.max(early, 300);
  return (
    problems(
      sick !== undefined && {
        code: "health-fails-draining",
        seen: `${healthPath} after ${stop.signal}: status ${sick}`,
      },
      refuses &&
        load.path !== readyPath && {
          code: "requests-fail-draining",
          seen: `${load.path} answers ${statuses(stop.load).find((status) => status >= 500)} ${seconds(stop.loadFailedAfter ?? 0)} after ${stop.signal}, while it still runs`,
        },
      !notReady &&
        (stop.servedFor > servedOn
          ? { code: "ready-while-draining", seen: `it ended ${after}, and ${readyPath} meanwhile said: ${shown}` }
          : { code: "no-drain", seen: `it ended ${after}; ${readyPath} meanwhile: ${shown}` }),
      notReady &&
        stop.servedFor <= Math.min(servedOn, 300) &&
        stop.milliseconds > servedOn && {
          code: "no-drain",
          seen: `it served no longer than ${seconds(stop.servedFor)} after ${stop.signal}, and ended ${after}`,
        },
    ) ?? { fine: `${readyPath}: ${shown}; ${healthPath}: ${health.join(", then ")}` }
  );
}

export const exit: Check = {
  name: "exit",
  title: "ends with exit 0 within the grace period",
  judge: ({ run, conditions }) => judgeExit(run, conditions),
};
export const drain: Check = {
  name: "drain",
  title: "says that it is not ready while it drains",
  judge: ({ run, conditions }) =>
    run === undefined || signalArrived(run) === false ? undefined : judgeDrain(run, run.health, conditions),
};
