/** Whether the image starts and becomes ready under a restricted pod's conditions, and if not, why. */
import type { Conditions } from "../podConditions.ts";
import type { Evidence, Loosening, RunEvidence, Start } from "../runEvidence.ts";
import type { ImageContent } from "../image/content.ts";
import { inWords } from "../run/ask.ts";
import { isLoopback, type Listener } from "../run/sockets.ts";
import { deniedWrites, errorLine, heapExhausted, refusedPort, refusedWrites, tail } from "../run/programOutput.ts";
import { knownMend, lacksPasswdEntry, missingDependency } from "../run/knownErrors.ts";
import { mebibytes, seconds } from "../units.ts";
import type { Check, Judgement, Problem } from "../verdict.ts";
import { judgeEntrypoint } from "./entrypointCheck.ts";
import { listed } from "./fileCheck.ts";

const noEntryPoint = /no command specified/i;
type Known = Partial<Pick<ImageContent, "scripts" | "users">>;

export function judgeStart(run: RunEvidence, conditions: Conditions, content: Known = {}): Judgement {
  const { restricted } = run;
  // The entry point check already reports an image without an entry point.
  if (noEntryPoint.test(restricted.refused ?? "")) return undefined;
  if (restricted.readyAfter !== undefined && restricted.readyAfter <= conditions.readyWithin) {
    return { fine: `ready after ${seconds(restricted.readyAfter)}, of ${seconds(conditions.readyWithin)}` };
  }
  return restrictionsAtFault(run, conditions, content) ?? [fault(run, conditions, content)];
}

/** The restrictions without which it became ready. These are proven, so they come before hints in the log. */
function restrictionsAtFault(
  { restricted, plain, trials, needed }: RunEvidence,
  conditions: Conditions,
  content: Known,
): Problem[] | undefined {
  const written = plain?.written ?? [];
  const unready = restricted.readyAfter === undefined;
  if (needed === undefined) {
    if (plain?.readyAfter === undefined || !unready || restricted.exit?.outOfMemory === true) return undefined;
    // It worked once as `docker run` starts it, but not again.
    return refusedWrites(restricted.log).length > 0 ? [readOnlyProblem(restricted.log, written)] : undefined;
  }
  const [one, other] = needed;
  if (one !== undefined && other === undefined) {
    return [problemOf(one, restricted, trials[one], written, conditions, content)];
  }
  if (one === undefined || other === undefined || needed.length > 2) {
    return [
      {
        code: "fails-under-restrictions",
        seen: `it gets ready only without all of ${needed.join(", ")}: ${endOf(restricted)}`,
      },
    ];
  }
  // With only one of the two left out, it still fails because of the other.
  const first = problemOf(one, trials[other] ?? restricted, undefined, written, conditions, content);
  const second = problemOf(other, trials[one] ?? restricted, undefined, written, conditions, content);
  return samePath(trials[other], trials[one])
    ? [
        {
          code: "read-only-filesystem",
          seen: `${first.seen}; on a writable one user ${conditions.user} may not write there either`,
          mend: "write to /tmp: set HOME=/tmp, or the variable that names the folder (PM2_HOME=/tmp/.pm2, npm_config_cache=/tmp/.npm), or mount a volume there",
        },
      ]
    : [first, second];
}

/** Whether both restrictions refuse a write to the same place. */
function samePath(readOnly: Start | undefined, denied: Start | undefined): boolean {
  const all = [readOnly, denied].map((start) => [
    ...refusedWrites(start?.log ?? ""),
    ...deniedWrites(start?.log ?? ""),
  ]);
  return all[0]?.some((path) => path !== "" && all[1]?.includes(path) === true) === true;
}

const endOf = ({ exit, log, refused }: Start) =>
  refused ?? `${exit === undefined ? "it runs on" : `exit ${exit.code}`}: ${errorLine(log)}`;

/**
 * What one restriction prevents.
 * @param failed how it failed with this restriction
 * @param worked how it started without it
 */
function problemOf(
  loosening: Loosening,
  failed: Start,
  worked: Start | undefined,
  written: readonly string[],
  conditions: Conditions,
  content: Known,
): Problem {
  const { log } = failed;
  switch (loosening) {
    case "memory":
      return memoryProblem(failed, conditions);
    case "writableRoot":
      return readOnlyProblem(log, written);
    case "capabilities": {
      const port = refusedPort(log) ?? worked?.listeners?.find((listener) => listener.port < 1024)?.port;
      return port === undefined
        ? { code: "needs-capability", seen: `with capabilities it starts, without it does not: ${endOf(failed)}` }
        : privilegedPort(port, log);
    }
    case "ownUser":
      return lacksPasswdEntry(log) ? withoutPasswd(log, conditions, content) : otherUser(failed, conditions);
  }
}

const privilegedPort = (port: number, log: string): Problem => ({
  code: "privileged-port",
  seen: `it may not listen on port ${port === 0 ? "it wants" : port}: ${errorLine(log)}`,
});

function otherUser(failed: Start, { user }: Conditions): Problem {
  const paths = deniedWrites(failed.log);
  if (paths.length > 0) {
    return { code: "path-not-writable", seen: `user ${user} may not write ${listed(paths)}: ${errorLine(failed.log)}` };
  }
  const said = failed.refused ?? endOf(failed);
  return { code: "needs-own-user", seen: `as user ${user} it does not start, as the image's own it does: ${said}` };
}

function withoutPasswd(log: string, { user }: Conditions, { users }: Known): Problem {
  const file = users === undefined ? "the image has no /etc/passwd" : `/etc/passwd has no user ${user}`;
  return { code: "user-without-passwd", seen: `${users?.includes(user) === true ? "" : `${file}: `}${errorLine(log)}` };
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

function fault(run: RunEvidence, conditions: Conditions, content: Known): Problem {
  const start = run.restricted;
  const script = content.scripts?.find(({ interpreterMissing }) => interpreterMissing);
  if (start.refused !== undefined) return refusal(start.refused, script);
  if (start.exit !== undefined) return swallowedPort(run, conditions) ?? endedBy(start, conditions, content);
  if (start.readyAfter !== undefined) {
    return {
      code: "slow-start",
      seen: `it was ready after ${seconds(start.readyAfter)}; it must be within ${seconds(conditions.readyWithin)}`,
    };
  }
  return swallowedPort(run, conditions) ?? silence(start, conditions);
}

/** Under `docker run` it listens on a privileged port, and in a pod it does not: some frameworks swallow the error. */
function swallowedPort({ restricted, plain }: RunEvidence, { port }: Conditions): Problem | undefined {
  if (refusedPort(restricted.log) !== undefined) return undefined;
  const wanted = plain?.listeners?.find((listener) => listener.port < 1024 && !isLoopback(listener));
  const opened = restricted.listeners?.some((listener) => listener.port === wanted?.port) === true;
  if (wanted === undefined || opened) return undefined;
  const end = restricted.exit === undefined ? "it runs on" : `it ends with exit ${restricted.exit.code}`;
  return {
    code: "privileged-port",
    seen: `with docker run it listens on port ${wanted.port}; in a pod it may not, and ${end} without an error (PORT is ${port})`,
  };
}

function refusal(message: string, script?: { path: string; interpreter?: string }): Problem {
  const said = message.replace(
    /^.*?(?:OCI runtime create failed|unable to start container process|starting container process caused): /s,
    "",
  );
  const seen = `the engine says: ${said.trim().slice(0, 400)}`;
  if (/exec format error/i.test(message)) return { code: "exec-format", seen };
  if (/permission denied/i.test(message)) return { code: "entrypoint-permission-denied", seen };
  if (/executable file not found|no such file or directory/i.test(message)) {
    if (script?.interpreter === undefined) return { code: "entrypoint-not-found", seen };
    return script.interpreter.endsWith("\r")
      ? { code: "crlf-script", seen: `/${script.path} has lines that end with CR and LF; ${seen}` }
      : {
          code: "entrypoint-not-found",
          seen: `/${script.path} needs ${script.interpreter}, which the image does not have; ${seen}`,
          mend: `write the script for a shell that the image has, or install ${script.interpreter}`,
        };
  }
  return { code: "start-refused", seen };
}

function endedBy(start: Start, conditions: Conditions, content: Known): Problem {
  const { exit, log } = start;
  const code = exit?.code ?? 0;
  if (exit?.outOfMemory === true || heapExhausted(log)) return memoryProblem(start, conditions);
  const port = refusedPort(log);
  if (port !== undefined) return privilegedPort(port, log);
  // Once an interpreter or loader runs, it reports this itself.
  if (/exec format error/i.test(log)) return { code: "exec-format", seen: errorLine(log) };
  if (/\r['"’]?: (?:No such file|not found|command not found|invalid option)|\$'\\r'|illegal option -\r?$/m.test(log)) {
    return { code: "crlf-script", seen: `exit ${code}: ${tail(log)}` };
  }
  if (/^exec \S+: no such file or directory/m.test(log)) {
    return refusal(
      log,
      content.scripts?.find(({ interpreterMissing }) => interpreterMissing),
    );
  }
  if (code === 127) return { code: "entrypoint-not-found", seen: `exit 127: ${tail(log)}` };
  if (code === 126) return { code: "entrypoint-permission-denied", seen: `exit 126: ${tail(log)}` };
  if (lacksPasswdEntry(log)) return withoutPasswd(log, conditions, content);
  if (refusedWrites(log).length > 0) return readOnlyProblem(log, []);
  const denied = deniedWrites(log);
  if (denied.length > 0) {
    return {
      code: "path-not-writable",
      seen: `user ${conditions.user} may not write ${listed(denied)}: ${errorLine(log)}`,
    };
  }
  const dependency = missingDependency({ log });
  if (dependency !== undefined) {
    return {
      code: "waits-for-dependency",
      seen: `it does not reach ${dependency}, and ends with exit ${code}: ${errorLine(log)}`,
    };
  }
  const mend = knownMend(log);
  const said = code === 0 && log.trim() === "" ? "it had nothing to do any more, and printed nothing" : errorLine(log);
  return { code: "exits-by-itself", seen: `exit ${code}: ${said}`, ...(mend === undefined ? {} : { mend }) };
}

/** It runs but is not ready: what prevents the probe from succeeding. */
function silence(start: Start, conditions: Conditions): Problem {
  const { ready, listeners, log, dialect } = start;
  const { port, readyPath, readyWithin } = conditions;
  if (dialect === "tls") {
    return { code: "https-only", seen: `port ${port} speaks TLS; a plain HTTP request brings ${inWords(ready)}` };
  }
  if (dialect === "http2") {
    return { code: "http2-only", seen: `port ${port} speaks HTTP/2; an HTTP/1.1 request brings ${inWords(ready)}` };
  }
  const dependency = missingDependency(start);
  const waits = (seen: string): Problem => ({
    code: "waits-for-dependency",
    seen: `it does not reach ${dependency}; ${seen}`,
  });
  if (ready !== undefined && "status" in ready) {
    const seen = `${readyPath} on port ${port}: ${inWords(ready)} for ${seconds(readyWithin)} and more`;
    if (ready.status === 404) return { code: "probe-wrong-path", seen };
    return dependency !== undefined && ready.status >= 500 ? waits(seen) : { code: "not-ready-by-itself", seen };
  }
  if (waitsForDebugger(log)) {
    return {
      code: "debugger-open",
      seen: `it waits for a debugger before it runs anything: ${tail(log)}`,
      mend: "remove --inspect-brk or --inspect-wait",
    };
  }
  const problem = listenerProblem(listeners, port);
  if (problem !== undefined)
    return problem.code === "nothing-listens" && dependency !== undefined ? waits(problem.seen) : problem;
  if (dialect === "no-ipv4" && listeners?.some((one) => one.port === port && one.address.includes(":")) === true) {
    return {
      code: "ipv6-only",
      seen: `port ${port} is open at IPv6 only, and refused at the container's IPv4 address`,
    };
  }
  if (ready !== undefined && "error" in ready) {
    if (ready.error === "timeout") {
      const seen = `${readyPath} on port ${port} did not answer within ${seconds(conditions.readyTimeout)}`;
      return dependency === undefined ? { code: "probe-timeout", seen } : waits(seen);
    }
    if (ready.error === "redirects") {
      return {
        code: "not-ready-by-itself",
        seen: `${readyPath} on port ${port}: ${inWords(ready)}`,
        mend: "answer the readiness path itself with 200, without a redirect",
      };
    }
    if (dialect === "unknown") {
      return { code: "not-http", seen: `port ${port} accepts connections; an HTTP request brings ${inWords(ready)}` };
    }
  }
  const where = listeners === undefined ? "; what it listens on could not be looked up, perhaps only on 127.0.0.1" : "";
  const seen = `port ${port}: ${inWords(ready)}${where}; its log: ${tail(log)}`;
  return dependency === undefined ? { code: "nothing-listens", seen } : waits(seen);
}

const waitsForDebugger = (log: string) =>
  /Debugger listening on/.test(log) &&
  !/listening (?:on|at) (?!ws:)/.test(log.replaceAll(/Debugger listening on[^\n]*/g, ""));

/** The problem with its listening address, or `undefined`. @param listeners undefined if unknown */
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
  judge: ({ run, conditions, content, config }: Evidence) => {
    if (run === undefined) return undefined;
    const judged = judgeStart(run, conditions, content);
    // An entry point that cannot work is the cause, and its own check reports it.
    const entryPoint = judgeEntrypoint(config, content, run);
    const named = Array.isArray(entryPoint) && entryPoint.some(({ code }) => cannotStart.has(code));
    return named && Array.isArray(judged) ? undefined : judged;
  },
};

const cannotStart: ReadonlySet<string> = new Set(["crlf-script", "entrypoint-repeated", "entrypoint-missing"]);
