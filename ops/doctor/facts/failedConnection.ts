/** The host that a process could not resolve or connect to, as programs report it. */
import type { FinalError } from "./logFacts.ts";
import { lastWords } from "./lastWords.ts";
import { type ContainerFacts, nameOf, type PodFacts } from "./podFacts.ts";

type Said = Pick<FinalError, "text" | "raw" | "fields">;

/** Resolver errors about a name without an address; the group is the name. */
const nameForms: readonly RegExp[] = [
  /\b(?:getaddrinfo|query\w*) (?:ENOTFOUND|EAI_AGAIN|ESERVFAIL|ETIMEOUT|EREFUSED|ECONNREFUSED) ([\w.-]+)/,
  /lookup ([\w.-]+)(?: on \S+)?: (?:no such host|server misbehaving|Temporary failure|.*i\/o timeout)/,
  /could not translate host name "([^"]+)" to address/,
  /UnknownHostException: ([\w.-]+)/,
  /Could not resolve host: ([\w.-]+)/i,
  /\b(?:host|getaddrinfo|resolve)\b[^\n]*?["']([\w.-]+\.?[\w.-]*)["'][^\n]*(?:Name or service not known|Temporary failure in name resolution|not known)/i,
  /\[emerg\] host not found in upstream "([^":]+)/,
  /bad address '([\w.-]+)'/,
];

/** Errors about a connection that another host does not accept. */
const connectForms: readonly RegExp[] = [
  /\bconnect (?:ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ECONNRESET) ([\w.:[\]-]+?):(\d+)(?![\d:])/,
  /dial tcp ([\w.[\]-]+?):(\d+): (?:connect: connection refused|i\/o timeout|connect: no route to host)/,
  /connection to server at "([^"]+)"[^\n]*, port (\d+) failed: (?:Connection refused|Connection timed out)/,
  // Prisma, the drivers of PostgreSQL and MySQL for Java, and MySQL's own client.
  /Can't reach database server at `([\w.-]+)`?:`?(\d+)`/,
  /Connection to ([\w.-]+):(\d+) refused/,
  /Can't connect to (?:MySQL|MariaDB) server on '([\w.-]+)(?:'? \(|:)(\d{2,5})'?/,
  /Connect Timeout Error \(attempted address(?:es)?: ([\w.-]+?):(\d+)/,
  /(?:Connection refused|timed out)[^\n]*?\b((?:\d{1,3}\.){3}\d{1,3}|[a-z][\w.-]+):(\d{2,5})\b/i,
  /\b((?:\d{1,3}\.){3}\d{1,3}|[a-z][\w.-]+):(\d{2,5})\b[^\n]*(?:Connection refused|timed out)/i,
];

export function unresolvedHost({ text, fields }: Said): string | undefined {
  const spoken = ["ENOTFOUND", "EAI_AGAIN"].includes(fields.code ?? "") ? fields.hostname : undefined;
  const host = spoken ?? nameForms.map((form) => form.exec(text)?.[1]).find((name) => name !== undefined);
  return host === undefined || /^\d+(\.\d+){3}$/.test(host) ? undefined : host;
}

/** Whether a name before a colon and a number is a file with a line, as in "worker.py:88". */
export const isSourceFile = (name: string): boolean =>
  /\.(?:[cm]?[jt]sx?|py|go|rb|java|kt|scala|rs|php|c|cc|cpp|h|cs|ex|exs|sh|pl)$/.test(name);

export function refusedAddress({ text, raw }: Said): { host: string; port: number } | undefined {
  for (const words of [text, raw]) {
    for (const form of connectForms) {
      const [, host, port] = form.exec(words) ?? [];
      if (host !== undefined && !isSourceFile(host)) return { host, port: Number(port) };
    }
  }
  return undefined;
}

/** A connection timeout that does not name the target. */
const nameless =
  /\b(?:ETIMEDOUT|ConnectTimeoutError|TimeoutError|operation was aborted due to timeout|connect timed out|connection timed out)\b/i;

export interface FailedConnection {
  container: ContainerFacts;
  /** `name`: the host was not resolved. `connect`: it was resolved, or is an address. */
  kind: "name" | "connect";
  /** Undefined if the process does not say which. */
  host?: string;
  port?: number;
  evidence: string[];
}

/** Number of recent lines in a running process's log to search for a failed connection. */
const recentLines = 12;

/** Final errors of the pod's processes, and recent errors of those that run without being ready. */
export function failedConnections(pod: PodFacts): FailedConnection[] {
  const ended = lastWords(pod).map(({ container, error, evidence }) => ({ container, said: error, evidence }));
  const running = pod.containers
    .filter(({ role, runningSince, ready }) => runningSince !== undefined && (role === "init" || !ready))
    .flatMap((container) =>
      container.currentLog.lines
        .slice(-recentLines)
        .toReversed()
        .map(({ text, raw }) => ({
          container,
          said: { text, raw, fields: {} },
          evidence: [`log of ${nameOf(pod, container)}: ${raw.trim().slice(0, 300)}`],
        })),
    );
  return [...ended, ...running].flatMap(({ container, said, evidence }): FailedConnection[] => {
    const name = unresolvedHost(said);
    if (name !== undefined) return [{ container, kind: "name", host: name, evidence }];
    const address = refusedAddress(said);
    if (address !== undefined) return [{ container, kind: "connect", ...address, evidence }];
    return nameless.test(said.text) ? [{ container, kind: "connect", evidence }] : [];
  });
}
