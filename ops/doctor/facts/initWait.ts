/** An init container that still runs: what it waits for, according to its command and log. */
import { refusedAddress, unresolvedHost } from "./failedConnection.ts";
import type { ContainerFacts, PodFacts } from "./podFacts.ts";

export interface InitWait {
  container: ContainerFacts;
  /** How long it has been running. */
  seconds: number;
  /** Its latest log line about the wait. */
  line?: string;
  /** The host and port that it waits for. */
  host?: string;
  port?: number;
}

/** Seconds before an init container counts as stuck: long for work, shorter if its log says that it waits. */
const patience = { working: 300, waiting: 25 };

const waitWords =
  /\b(?:wait(?:s|ing)?|retry(?:ing)?|still (?:not|no)|not (?:yet )?(?:available|reachable|ready|up)|unreachable|unavailable|cannot (?:connect|reach|resolve)|can't (?:find|resolve|connect)|connection (?:refused|timed out)|ECONNREFUSED|ENOTFOUND|EAI_AGAIN|NXDOMAIN|no such host|bad address|sleeping|try(?:ing)? again)\b/i;
/** A shell loop that sleeps between attempts. */
const loop = /\b(?:until|while)\b.*\bsleep\b/s;

export function initWait({ containers, now }: Pick<PodFacts, "containers" | "now">): InitWait | undefined {
  const container = containers.find(({ role, runningSince }) => role === "init" && runningSince !== undefined);
  if (container?.runningSince === undefined) return undefined;
  const { spec, currentLog } = container;
  const seconds = Math.round((now - container.runningSince) / 1000);
  const command = [...(spec.command ?? []), ...(spec.args ?? [])].join(" ");
  const line = currentLog.lines.findLast(({ text }) => waitWords.test(text));
  // One such line means little; repeated lines mean that it only waits.
  const again = currentLog.lines.slice(-10).filter(({ text }) => waitWords.test(text)).length >= 2;
  const waits = loop.test(command) || again;
  if (seconds < (waits ? patience.waiting : patience.working)) return undefined;
  const asked = line === undefined ? undefined : (askedIn(line.text) ?? askedIn(line.raw));
  return {
    container,
    seconds,
    ...(waits && line !== undefined ? { line: line.raw.trim() } : {}),
    ...(waits ? (askedIn(command) ?? asked ?? {}) : {}),
  };
}

const places: readonly RegExp[] = [
  /\b(?:nc|ncat|netcat|telnet)\b[^;|&]*?\s([a-z][\w.-]*)[ :](\d{2,5})/,
  /\b(?:nslookup|getent hosts|ping(?: -\w+(?: \d+)?)*|host)\s+([a-z][\w.-]*)/,
  /\bhttps?:\/\/([a-z][\w.-]*)(?::(\d+))?/,
  /\s(?:-h|--host)[ =]([a-z][\w.-]*)/,
  /\/dev\/tcp\/([a-z][\w.-]*)\/(\d+)/,
  /\b([a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*):(\d{2,5})\b/,
  /\bcan't find ([a-z][\w.-]*?):/,
  /\bwait(?:s|ing)? for (?:the )?(?:(?:service|host|database|server) )?([a-z][\w.-]*)/i,
];

function askedIn(text: string): Pick<InitWait, "host" | "port"> | undefined {
  const said = { text, raw: text, fields: {} };
  const refused = refusedAddress(said);
  if (refused !== undefined) return refused;
  const name = unresolvedHost(said);
  if (name !== undefined) return { host: name };
  const match = places.map((place) => place.exec(text)).find((one) => one !== null);
  if (match === undefined || match === null) return undefined;
  return { host: match[1] ?? "", ...(match[2] === undefined ? {} : { port: Number(match[2]) }) };
}
