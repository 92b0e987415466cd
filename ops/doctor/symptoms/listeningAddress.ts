/** The address a process listens on, as far as its log and its environment variables tell. */
import type { ContainerView } from "../podView.ts";

export interface Listening {
  /** Undefined if neither names a host. */
  host?: string;
  port: number;
  /** The text it was read from, for evidence. */
  source: string;
}

export const isLoopback = (host: string | undefined): boolean =>
  host !== undefined && /^(127\.\d+\.\d+\.\d+|localhost|\[?::1\]?)$/.test(host);

const address =
  /\b(127\.\d{1,3}\.\d{1,3}\.\d{1,3}|localhost|0\.0\.0\.0)\b:(\d{2,5})|(\[::1?\]|(?<![\w:])::1?(?!\w)):(\d{2,5})/;
const portWord = /\b(?:port["']?\s*[:=]?|(?:listening|started|running|serving) (?:on|at)(?: :)?)\s*["']?(\d{2,5})\b/i;
const listenWord = /listen|started|running|serving|ready|server|bound/i;

export function listening({ log, spec }: ContainerView): Listening | undefined {
  for (const line of log.split("\n").reverse()) {
    if (!listenWord.test(line)) continue;
    const match = address.exec(line);
    const port = match?.[2] ?? match?.[4] ?? portWord.exec(line)?.[1];
    if (port === undefined) continue;
    const host = match?.[1] ?? match?.[3] ?? /"(?:host|address)"\s*:\s*"([^"]+)"/.exec(line)?.[1];
    const source = `its log: ${line.trim().slice(0, 200)}`;
    return { port: Number(port), source, ...(host === undefined ? {} : { host }) };
  }
  const variable = (names: readonly string[]) => spec.env?.find(({ name, value }) => names.includes(name) && value);
  const port = variable(["PORT", "HTTP_PORT", "SERVER_PORT", "LISTEN_PORT"]);
  const host = variable(["HOST", "HOSTNAME", "BIND", "BIND_ADDRESS", "LISTEN_HOST", "ADDRESS"]);
  if (port === undefined) return undefined;
  return {
    port: Number(port.value),
    source: `the pod sets ${[port, host].flatMap((entry) => (entry ? [`${entry.name}=${entry.value}`] : [])).join(" ")}`,
    ...(host?.value === undefined ? {} : { host: host.value }),
  };
}
