/** Whether it starts and gets ready under a restricted pod's conditions, and if not, why: one cause. */
import type { Conditions } from "../podConditions.ts";
import type { RunEvidence, Start } from "../runEvidence.ts";
import { inWords } from "../run/ask.ts";
import { isLoopback, type Listener } from "../run/listeners.ts";
import { errorLine, heapExhausted, refusedPort, refusedWrites, tail } from "../run/containerLog.ts";
import { mebibytes, seconds } from "../units.ts";
import type { Check, Judgement, Problem } from "../verdict.ts";
import { listed } from "./fileCheck.ts";

const noEntryPoint = /no command specified/i;

export function judgeStart(run: RunEvidence, conditions: Conditions): Judgement {
  const { restricted } = run;
  // Of an image without an entry point, the check of the entry point speaks already.
  if (noEntryPoint.test(restricted.refused ?? "")) return undefined;
  if (restricted.readyAfter !== undefined && restricted.readyAfter <= conditions.readyWithin) {
    return { fine: `ready after ${seconds(restricted.readyAfter)}, of ${seconds(conditions.readyWithin)}` };
  }
  return [restrictionAtFault(run, conditions) ?? fault(restricted, conditions)];
}

/** The restriction without which it became ready: proven, so it comes before what the log suggests. */
function restrictionAtFault({ restricted, plain, trials }: RunEvidence, conditions: Conditions): Problem | undefined {
  const { log } = restricted;
  if (trials.memory === true) return memoryProblem(restricted, conditions);
  if (trials.writableRoot === true) return readOnlyProblem(log, plain.written);
  if (trials.capabilities === true) {
    const port = refusedPort(log);
    return port === undefined
      ? { code: "needs-capability", seen: `with capabilities it starts, without it does not: ${errorLine(log)}` }
      : {
          code: "privileged-port",
          seen: `it may not listen on port ${port === 0 ? "it wants" : port}: ${errorLine(log)}`,
        };
  }
  if (trials.ownUser === true) {
    const said = restricted.refused ?? errorLine(log);
    return {
      code: "needs-own-user",
      seen: `as user ${conditions.user} it does not start, as the image's own it does: ${said}`,
    };
  }
  if (plain.readyAfter === undefined || restricted.exit?.outOfMemory === true || restricted.readyAfter !== undefined) {
    return undefined;
  }
  // More than one restriction is at fault: the log names the first.
  if (refusedWrites(log).length > 0) return readOnlyProblem(log, plain.written);
  if (restricted.exit === undefined) return undefined;
  return { code: "fails-under-restrictions", seen: `exit ${restricted.exit.code}: ${errorLine(log)}` };
}

function readOnlyProblem(log: string, written: readonly string[]): Problem {
  const paths = refusedWrites(log).filter((path) => path !== "");
  const where = paths.length > 0 ? `it writes to ${listed(paths)}` : `with docker run it writes ${listed(written)}`;
  return { code: "read-only-filesystem", seen: `on a read-only root file system it does not get ready: ${where}` };
}

function memoryProblem({ exit, log }: Start, { memory }: Conditions): Problem {
  if (exit?.outOfMemory !== true && heapExhausted(log)) {
    return {
      code: "heap-exhausted",
      seen: `V8's heap ran full while it started (limit ${mebibytes(memory)}, exit ${exit?.code ?? "none"})`,
    };
  }
  return { code: "oom-killed", seen: `it was killed at the memory limit of ${mebibytes(memory)} while it started` };
}

function fault(start: Start, conditions: Conditions): Problem {
  if (start.refused !== undefined) return refusal(start.refused);
  if (start.exit !== undefined) return endedBy(start, conditions);
  if (start.readyAfter !== undefined) {
    return {
      code: "slow-start",
      seen: `it was ready after ${seconds(start.readyAfter)}; it must be within ${seconds(conditions.readyWithin)}`,
    };
  }
  return silence(start, conditions);
}

function refusal(message: string): Problem {
  const said = message.replace(
    /^.*?(?:OCI runtime create failed|unable to start container process|starting container process caused): /s,
    "",
  );
  const seen = `the engine says: ${said.trim().slice(0, 400)}`;
  if (/exec format error/i.test(message)) return { code: "exec-format", seen };
  if (/permission denied/i.test(message)) return { code: "entrypoint-permission-denied", seen };
  if (/executable file not found|no such file or directory/i.test(message))
    return { code: "entrypoint-not-found", seen };
  return { code: "start-refused", seen };
}

function endedBy({ exit, log }: Start, conditions: Conditions): Problem {
  const code = exit?.code ?? 0;
  if (exit?.outOfMemory === true || heapExhausted(log)) return memoryProblem({ exit, log }, conditions);
  const port = refusedPort(log);
  if (port !== undefined)
    return { code: "privileged-port", seen: `it may not listen on port ${port}: ${errorLine(log)}` };
  // An interpreter or loader says so by itself, once it runs.
  if (/exec format error/i.test(log)) return { code: "exec-format", seen: errorLine(log) };
  if (code === 127) return { code: "entrypoint-not-found", seen: `exit 127: ${tail(log)}` };
  if (code === 126) return { code: "entrypoint-permission-denied", seen: `exit 126: ${tail(log)}` };
  return { code: "exits-by-itself", seen: `exit ${code}: ${errorLine(log)}` };
}

/** It runs and is not ready: what stands between it and the probe. */
function silence({ ready, listeners, log }: Start, conditions: Conditions): Problem {
  const { port, readyPath, readyWithin } = conditions;
  if (ready !== undefined && "status" in ready) {
    const seen = `${readyPath} on port ${port}: ${inWords(ready)} for ${seconds(readyWithin)} and more`;
    return { code: ready.status === 404 ? "probe-wrong-path" : "not-ready-by-itself", seen };
  }
  const problem = listenerProblem(listeners, port);
  if (problem !== undefined) return problem;
  if (ready !== undefined && "error" in ready && ready.error === "timeout") {
    return {
      code: "probe-timeout",
      seen: `${readyPath} on port ${port} did not answer within ${seconds(conditions.readyTimeout)}`,
    };
  }
  return {
    code: "nothing-listens",
    seen: `port ${port}: ${inWords(ready)}${listeners === undefined ? "; what it listens on could not be looked up, perhaps only on 127.0.0.1" : ""}; its log: ${tail(log)}`,
  };
}

/** What is wrong with where it listens, or `undefined`. @param listeners undefined when they could not be looked up */
export function listenerProblem(listeners: readonly Listener[] | undefined, port: number): Problem | undefined {
  if (listeners === undefined) return undefined;
  const own = listeners.filter((listener) => listener.port === port);
  if (own.some((listener) => !isLoopback(listener))) return undefined;
  const shown = (all: readonly Listener[]) => all.map((found) => `${found.address} port ${found.port}`).join(", ");
  if (own.length > 0) return { code: "bound-to-loopback", seen: `it listens on ${shown(own)} only` };
  if (listeners.length > 0)
    return { code: "port-ignored", seen: `PORT is ${port}, and it listens on ${shown(listeners)}` };
  return { code: "nothing-listens", seen: `PORT is ${port}, and it listens on no port at all` };
}

export const start: Check = {
  name: "start",
  title: "gets ready under a restricted pod's conditions",
  judge: ({ run, conditions }) => (run === undefined ? undefined : judgeStart(run, conditions)),
};
