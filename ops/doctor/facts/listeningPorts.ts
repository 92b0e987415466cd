/**
 * The ports on which a process says that it listens. Only lines about the process itself count, not lines about other
 * hosts.
 */
import type { ContainerFacts } from "./podFacts.ts";

export interface Listening {
  /** Undefined if the line names no host. */
  host?: string;
  port: number;
  /** e.g. "metrics": this is a second port and says nothing about the main one. */
  purpose?: string;
  /** The text it was read from, for evidence. */
  source: string;
}

export const isLoopback = (host: string | undefined): boolean =>
  host !== undefined && /^(127\.\d+\.\d+\.\d+|localhost|\[?::1\]?)$/.test(host);

/** Lines about another process's address, or about waiting for one. */
const others =
  /\b(?:wait(?:s|ing)?|connect(?:s|ed|ing|ion)?|retry(?:ing)?|proxy(?:ing)? to|upstream|forward(?:ing|s)? to|database|redis|postgres|mysql|mongo\w*|kafka|amqp|rabbitmq|queue|broker|peer|reach(?:ed|ing)?|resolv(?:ed|ing)|client|debugger|inspector|devtools|REQUEST)\b/i;
const verb =
  /\b(?:listen(?:s|ing)?|bound|serv(?:es|ing)|running|started|start(?:s|ing)?|ready|available|accepting connections)\b/i;
const purposes =
  /\b(metrics|prometheus|admin|management|debug|profil\w*|pprof|health\w*|actuator|grpc-web|internal)\b/i;
const address =
  /(?:\bhttps?:\/\/)?(\b(?:\d{1,3}\.){3}\d{1,3}|\blocalhost|\[::1?\]|\[::\]|\*|(?<![\w:])::1?(?![\w]))?:(\d{2,5})(?![\d:.])/;
const numbered = /\bport["']?\s*[:=]?\s*["']?(\d{2,5})\b|\b(?:on|at)\s+(?::)?(\d{2,5})\b/i;

/** Newest first. */
export function heardPorts({ log }: Pick<ContainerFacts, "log">): Listening[] {
  return log.lines.toReversed().flatMap(({ text, level }) => {
    if (level === "error" || level === "warn" || !verb.test(text) || others.test(text)) return [];
    const object = /"(?:address|host)"\s*:\s*"([^"]*)".*?"port"\s*:\s*(\d+)/.exec(text);
    const host = object?.[1] ?? address.exec(text)?.[1] ?? /\bhost (\S+)/.exec(text)?.[1];
    const port = object?.[2] ?? address.exec(text)?.[2] ?? numbered.exec(text)?.[1] ?? numbered.exec(text)?.[2];
    if (port === undefined || Number(port) > 65535) return [];
    const purpose = purposes.exec(text)?.[1]?.toLowerCase();
    return [
      {
        port: Number(port),
        source: `its log: ${text.trim().slice(0, 200)}`,
        ...(host === undefined || host === "" ? {} : { host }),
        ...(purpose === undefined ? {} : { purpose }),
      },
    ];
  });
}

/** The port and host that the pod's variables tell the process to use. */
export function toldPort({ spec }: Pick<ContainerFacts, "spec">): Listening | undefined {
  const variable = (names: readonly string[]) => spec.env?.find(({ name, value }) => names.includes(name) && value);
  const port = variable(["PORT", "HTTP_PORT", "SERVER_PORT", "LISTEN_PORT"]);
  if (port === undefined || !/^\d{1,5}$/.test(port.value ?? "")) return undefined;
  const host = variable(["HOST", "BIND", "BIND_ADDRESS", "LISTEN_HOST"]);
  return {
    port: Number(port.value),
    source: `the pod sets ${[port, host].flatMap((entry) => (entry ? [`${entry.name}=${entry.value}`] : [])).join(" ")}`,
    ...(host?.value === undefined ? {} : { host: host.value }),
  };
}
