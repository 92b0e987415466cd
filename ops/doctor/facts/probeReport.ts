/**
 * Parses the kubelet's message about a failed probe. Sources: kubernetes/pkg/kubelet/prober/prober.go (the event),
 * pkg/probe/http, pkg/probe/tcp, pkg/probe/grpc, pkg/probe/exec.
 */
export type ProbeKind = "startup" | "liveness" | "readiness";

export type ProbeAnswer =
  /** The port refused the connection. */
  | "refused"
  /** No connection or no answer within the timeout. */
  | "timeout"
  /** The connection was closed without an answer. */
  | "closed"
  /** An HTTP status, given in `status`. */
  | "status"
  /** The probe used TLS, but the port speaks plain HTTP. */
  | "plain-http"
  /** The probe used plain HTTP, but the port expects TLS. */
  | "tls"
  /** A redirect loop. */
  | "redirects"
  /** The host name of the probe or of its redirect does not resolve. */
  | "no-host"
  /** The node has no route to the address. */
  | "unreachable"
  /** The command exited with a nonzero code, after printing `output`. */
  | "exec-failed"
  /** The command's program, `program`, is not in the image. */
  | "exec-missing"
  /** The command took longer than the timeout. */
  | "exec-timeout"
  /** The command could not be run for another reason. */
  | "exec-error"
  /** The gRPC server does not implement grpc.health.v1. */
  | "grpc-unimplemented"
  /** The gRPC server reported that it is not serving. */
  | "grpc-not-serving"
  /** No gRPC connection within the timeout: the port refused it, or speaks another protocol. */
  | "grpc-no-connection"
  /** The port is open, but does not accept gRPC connections. */
  | "not-grpc"
  /** The probe names a port that the container does not define. */
  | "no-such-port"
  | "other";

export interface ProbeReport {
  kind: ProbeKind;
  answer: ProbeAnswer;
  status?: number;
  /** The requested address; after a redirect, not the probe's own. */
  scheme?: "http" | "https";
  host?: string;
  port?: number;
  path?: string;
  /** For exec probes: the command's output. */
  output?: string;
  /** For exec probes: the missing program. */
  program?: string;
  /** For failed exec probes: the exit code, if the kubelet reports it. */
  exitCode?: number;
}

/** Whether there was no answer within the probe's timeout. */
export const timedOut = ({ answer }: Pick<ProbeReport, "answer">): boolean =>
  ["timeout", "exec-timeout", "grpc-no-connection"].includes(answer);

const head = /^(Startup|Liveness|Readiness) probe (?:failed|errored(?: and resulted in unknown state)?):\s*/i;

/**
 * @param isExec whether the probe runs a command, whose output may contain anything @returns undefined if this is not a
 * probe failure
 */
export function parseProbeReport(message: string, isExec: boolean): ProbeReport | undefined {
  const match = head.exec(message);
  if (match === null) return undefined;
  const kind = (match[1] ?? "").toLowerCase() as ProbeKind;
  const words = message.slice(match[0].length).trim();
  return { kind, ...(isExec ? execReport(words) : networkReport(words)) };
}

function execReport(words: string): Omit<ProbeReport, "kind"> {
  const rpc = /^(?:rpc error: code = \w+ desc = )?(?:failed to exec in container|command error|error executing)/i;
  if (/^rpc error|^failed to exec|^command error/i.test(words)) {
    if (/timed? ?out|DeadlineExceeded|deadline exceeded/i.test(words)) return { answer: "exec-timeout", output: words };
    const program =
      /exec: "([^"]+)": (?:executable file not found in \$PATH|stat [^:]+: no such file or directory|permission denied)/.exec(
        words,
      )?.[1] ?? /stat (\S+): no such file or directory/.exec(words)?.[1];
    if (program !== undefined && !/permission denied/.test(words))
      return { answer: "exec-missing", program, output: words };
    return { answer: "exec-error", output: words.replace(rpc, "").trim() };
  }
  if (/^command (?:timed out|.* timed out)|timed out after \d/i.test(words))
    return { answer: "exec-timeout", output: words };
  // The shell's message for a missing program, at the end of a line: sh, dash, bash, busybox.
  const program =
    /(?:^|\n)(?:\/\S+|\w*sh): (?:\d+: |line \d+: |-c: line \d+: )?(\S+?): (?:command )?not found\s*(?:\n|$)/.exec(
      words,
    )?.[1];
  if (program !== undefined) return { answer: "exec-missing", program, output: words };
  return { answer: "exec-failed", output: words };
}

function networkReport(words: string): Omit<ProbeReport, "kind"> {
  const status = /^HTTP probe failed with statuscode: (\d+)/i.exec(words)?.[1];
  if (status !== undefined) return { answer: "status", status: Number(status) };
  const url = /^(?:Get|Head|Post) "([^"]+)": /i.exec(words)?.[1];
  const rest = url === undefined ? words : words.slice(words.indexOf('": ') + 3);
  const asked = { ...partsOf(url), ...dialed(rest) };
  if (/server gave HTTP response to HTTPS client|first record does not look like a TLS handshake/i.test(rest))
    return { answer: "plain-http", ...asked };
  if (/malformed HTTP (?:response|status)/i.test(rest) && /\\x15|\\x16/.test(rest)) return { answer: "tls", ...asked };
  if (/remote error: tls|x509:|tls: /i.test(rest)) return { answer: "tls", ...asked };
  if (/stopped after \d+ redirects/i.test(rest)) return { answer: "redirects", ...asked };
  if (/does not implement the grpc health protocol|unknown service grpc\.health/i.test(words))
    return { answer: "grpc-unimplemented", ...asked };
  if (/service unhealthy \(responded with/i.test(words)) return { answer: "grpc-not-serving", output: words, ...asked };
  if (/couldn't find port|no such port|invalid port number|strconv\.(?:Atoi|ParseInt)/i.test(words))
    return { answer: "no-such-port" };
  if (/no such host|server misbehaving/i.test(rest)) return { answer: "no-host", ...asked };
  if (/connection refused/i.test(rest)) return { answer: "refused", ...asked };
  if (/no route to host|network is unreachable/i.test(rest)) return { answer: "unreachable", ...asked };
  if (/(?:connection reset by peer|\bEOF\b|broken pipe|server closed)/i.test(rest))
    return { answer: "closed", ...asked };
  if (/failed to connect service/i.test(rest)) return { answer: "grpc-no-connection", ...asked };
  if (/deadline exceeded|Client\.Timeout|i\/o timeout|timed out/i.test(rest)) return { answer: "timeout", ...asked };
  return { answer: "other", output: words, ...asked };
}

function partsOf(address: string | undefined): Partial<ProbeReport> {
  if (address === undefined) return {};
  try {
    const url = new URL(address);
    const scheme = url.protocol === "https:" ? "https" : "http";
    const port = url.port === "" ? (scheme === "https" ? 443 : 80) : Number(url.port);
    return { scheme, host: url.hostname, port, path: url.pathname };
  } catch {
    return {};
  }
}

/** The address of the connection: the last one after redirects. */
function dialed(words: string): Partial<ProbeReport> {
  const [, host, port] = /(?:dial tcp |failed to connect service ")\[?([^\s"]+?)\]?:(\d+)/.exec(words) ?? [];
  return host === undefined ? {} : { host, port: Number(port) };
}
