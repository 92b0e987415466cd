/** How it serves: its port, its probes, its writes, and its memory under a small load. */
import type { Conditions } from "../podConditions.ts";
import type { Exit, Load, ProbesUnderLoad, RunEvidence } from "../runEvidence.ts";
import { inWords, isGood } from "../run/ask.ts";
import { deniedWrites, errorLine, heapExhausted, refusedWrites } from "../run/programOutput.ts";
import { knownMend } from "../run/knownErrors.ts";
import { isLoopback } from "../run/sockets.ts";
import { mebibytes, seconds } from "../units.ts";
import { type Check, type Judgement, type Problem, problems } from "../verdict.ts";
import { listed } from "./fileCheck.ts";
import { listenerProblem } from "./startCheck.ts";

/** Fraction of the memory limit; above it, the next burst may exceed the limit. */
const headroom = 0.8;

/** With another PORT: any answer counts, because only the port is tested. */
export function judgePort({ otherPort, restricted }: Pick<RunEvidence, "otherPort" | "restricted">): Judgement {
  const address = ownAddressOnly(restricted);
  if (otherPort === undefined) return address === undefined ? undefined : [address];
  const { port, ready, health, listeners } = otherPort;
  const answered = [ready, health].some((answer) => answer !== undefined && "status" in answer);
  if (answered) return problems(address) ?? { fine: `with PORT=${port} it listens there` };
  const found = listenerProblem(listeners, port);
  // If it listens on no port at all, the port is not the problem, and there is nothing to compare.
  const ignored = found?.code === "nothing-listens" ? { ...found, code: "port-ignored" as const } : found;
  return (
    problems(
      address,
      ignored ?? { code: "port-ignored", seen: `with PORT=${port} nobody answers there: ${inWords(ready)}` },
    ) ?? []
  );
}

/** It listens on the address of the container's host name, and not on 127.0.0.1. */
function ownAddressOnly({
  listeners = [],
  address,
  readyAfter,
  health,
}: RunEvidence["restricted"]): Problem | undefined {
  if (readyAfter === undefined || address === undefined || health === undefined) return undefined;
  const own = listeners.filter((one) => one.address === address);
  const elsewhere = listeners.some((one) => own.some(({ port }) => port === one.port) && one.address !== address);
  const [first] = own;
  if (first === undefined || elsewhere || isLoopback(first)) return undefined;
  return {
    code: "bound-to-pod-address",
    seen: `it listens on ${first.address} port ${first.port} only, the address of the container's name (HOSTNAME)`,
  };
}

export function judgeHealth(
  { restricted, health: later }: RunEvidence,
  { healthPath, port, healthTimeout }: Conditions,
): Judgement {
  const health = later ?? restricted.health;
  if (health === undefined) return undefined;
  if (isGood(health)) return { fine: `${healthPath}: ${inWords(health)}` };
  // If nothing answers at all, the start check says why.
  if ("error" in health && later === undefined && restricted.readyAfter === undefined) return undefined;
  const bound = "error" in health && health.error === "timeout" ? ` (${seconds(healthTimeout)})` : "";
  return problems({ code: "health-not-ok", seen: `${healthPath} on port ${port}: ${inWords(health)}${bound}` });
}

export function judgeWrites({ restricted, plain, log }: RunEvidence): Judgement {
  if (restricted.refused !== undefined) return undefined;
  const all = `${restricted.log}\n${log}`;
  const refused = refusedWrites(all).filter((path) => path !== "");
  const denied = deniedWrites(all).filter((path) => !refused.includes(path));
  const written = plain?.written ?? [];
  const seen = [
    ...(refused.length > 0 ? [`refused on the read-only root: ${listed(refused)}`] : []),
    ...(denied.length > 0 ? [`refused to its user: ${listed(denied)}`] : []),
    ...(written.length > 0 ? [`written with docker run: ${listed(written)}`] : []),
  ];
  if (seen.length > 0) return problems({ code: "writes-outside-mounts", seen: seen.join("; ") });
  // A container that was never ready had no time to write.
  return plain?.readyAfter === undefined ? undefined : { fine: "none attempted" };
}

/** Enough consecutive failures for the kubelet to restart it, or a single request that blocks its answers. */
export function judgeProbesUnderLoad(load: Load | undefined, conditions: Conditions): Judgement {
  if (load?.health === undefined || load.ready === undefined || load.health.asked === 0) return undefined;
  const { healthPath, readyPath, healthFailures } = conditions;
  const { health, ready, besideOne } = load;
  const failed = (path: string, { failed: count, asked, failure }: ProbesUnderLoad) =>
    `${path} failed ${count} of ${asked} times while requests ran: ${inWords(failure)}`;
  if (besideOne !== undefined && !isGood(besideOne)) {
    return [
      {
        code: "liveness-kills-busy-process",
        seen: `${failed(healthPath, health)}; one request alone to ${conditions.load.path} keeps it from answering (${inWords(besideOne)})`,
      },
    ];
  }
  if (health.streak >= healthFailures) {
    return [
      { code: "liveness-kills-busy-process", seen: `${failed(healthPath, health)}, ${health.streak} times in a row` },
    ];
  }
  const slow = [
    ...(health.failed > 0 ? [failed(healthPath, health)] : []),
    ...(ready.failed > 0 ? [failed(readyPath, ready)] : []),
  ];
  if (slow.length > 0) return [{ code: "probes-slow-under-load", seen: slow.join("; ") }];
  return { fine: `${health.asked + ready.asked} probes while requests ran, none failed` };
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

/** @param run result of the load, and whether the process survived it (then it was stopped) */
export function judgeLoad(
  { load, stop, exit, log }: Pick<RunEvidence, "load" | "stop" | "exit" | "log">,
  { load: { path } }: Pick<Conditions, "load">,
): Judgement {
  if (load === undefined) return undefined;
  const { requests, failed, failure, endless } = load;
  if (stop === undefined && exit !== undefined) {
    // Out of memory is a separate finding.
    if (exit.outOfMemory || heapExhausted(log)) return undefined;
    const mend =
      knownMend(log) ??
      "catch the error where the request is handled; one request must not end the process for all others";
    return [
      {
        code: "exits-by-itself",
        seen: `exit ${exit.code} after ${requests} requests to ${path}: ${errorLine(log)}`,
        mend,
      },
    ];
  }
  const rate = Math.round(requests / Math.max(load.seconds, 0.001));
  return (
    problems(
      failed > 0 && {
        code: "fails-under-load",
        seen: `${failed} of ${requests} requests to ${path} failed: ${failure}`,
      },
      endless !== undefined && {
        code: "endless-answer",
        seen: `${endless} of ${requests} answers of ${path} had no end within seconds`,
      },
    ) ?? { fine: `${requests} requests to ${path}, ${rate} a second, none failed` }
  );
}

export const port: Check = {
  name: "port",
  title: "listens on the port that PORT names",
  judge: ({ run }) => (run === undefined ? undefined : judgePort(run)),
};
export const probes: Check = {
  name: "probes",
  title: "answers its probes under load",
  // If the process ended, or the path already failed before, the load is not the cause.
  judge: ({ run, conditions }) =>
    run?.stop === undefined || !isGood(run.health) ? undefined : judgeProbesUnderLoad(run.load, conditions),
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
