/** An init container that still runs: what it waits for, according to its command and log. */
import type { Observation } from "../observation.ts";
import { serviceTrouble } from "./awaitedService.ts";
import { isSourceFile, refusedAddress, unresolvedHost } from "./failedConnection.ts";
import { isLoopback } from "./listeningPorts.ts";
import type { LogLine } from "./logFacts.ts";
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

type Place = Pick<InitWait, "port"> & { host: string };

/** Seconds before an init container counts as stuck: long for work, shorter if it certainly waits. */
const patience = { working: 300, waiting: 25 };

const waitWords =
  /\b(?:wait(?:s|ing)?|retry(?:ing)?|still (?:not|no)|not (?:yet )?(?:available|reachable|ready|up)|unreachable|unavailable|cannot (?:connect|reach|resolve)|can't (?:find|resolve|connect)|connection (?:refused|timed out)|ECONNREFUSED|ENOTFOUND|EAI_AGAIN|NXDOMAIN|no such host|bad address|sleeping|try(?:ing)? again)\b/i;
/** A shell loop that sleeps between attempts. */
const loop = /\b(?:until|while)\b.*\bsleep\b/s;
/** Number of recent log lines that show what the container does now. */
const recentLines = 5;

export function initWait({
  containers,
  now,
  observation,
}: Pick<PodFacts, "containers" | "now" | "observation">): InitWait | undefined {
  const container = containers.find(({ role, runningSince }) => role === "init" && runningSince !== undefined);
  if (container?.runningSince === undefined) return undefined;
  const { currentLog } = container;
  const seconds = Math.round((now - container.runningSince) / 1000);
  const command = commandOf(container).join(" ");
  const waiting = currentLog.lines.slice(-10).filter(({ text }) => waitWords.test(text));
  const line = currentLog.lines.slice(-recentLines).findLast(({ text }) => waitWords.test(text));
  // One such line means little; repeated lines mean that it only waits.
  const says = line !== undefined && waiting.length >= 2;
  const asked = placesIn(command, commandForms);
  const down = asked.find(({ host, port }) => serviceTrouble(observation, host, port) !== undefined);
  // What follows a loop may be running already, so the loop is proof only if its end is out of reach.
  const waits = says || (loop.test(command) && down !== undefined);
  if (seconds < (waits ? patience.waiting : patience.working)) return undefined;
  const [first, second] = asked;
  const place = down ?? (second === undefined ? first : undefined) ?? (line && placeIn(line, observation));
  return {
    container,
    seconds,
    ...(says ? { line: line.raw.trim() } : {}),
    ...(waits ? (place ?? {}) : {}),
  };
}

/** The words of the container's command, with the values of its variables. */
function commandOf({ spec }: ContainerFacts): string[] {
  const valueOf = (name: string) => spec.env?.find((one) => one.name === name)?.value;
  return [...(spec.command ?? []), ...(spec.args ?? [])].map((word) =>
    word.replace(
      /\$(?:\{(\w+)\}|\((\w+)\)|(\w+))/g,
      (whole, braces?: string, brackets?: string, bare?: string) => valueOf(braces ?? brackets ?? bare ?? "") ?? whole,
    ),
  );
}

/** Host, and port if there is one. */
const anywhere: readonly RegExp[] = [
  /\bhttps?:\/\/(?:[^\s/@]*@)?([a-z][\w.-]*)(?::(\d+))?/g,
  /\/dev\/tcp\/([a-z][\w.-]*)\/(\d+)/g,
];
const commandForms: readonly RegExp[] = [
  /\b(?:nc|ncat|netcat|telnet)\b[^;|&]*?\s([a-z][\w.-]*)[\s:](\d{2,5})\b/g,
  /\b(?:nslookup|getent\s+hosts|ping(?:\s+-\w+(?:\s+\d+)?)*|host|dig)\s+([a-z][\w.-]*)/g,
  ...anywhere,
  /\s(?:-h|--host)[\s=]([a-z][\w.-]*)(?:\s+(?:-p|--port)[\s=](\d+))?/g,
  /(?<![\w/.-])([a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*):(\d{2,5})(?![\w/])/g,
];
const logForms: readonly RegExp[] = [
  ...anywhere,
  /\b(?:for|to|at|host|reach|resolve|server|address|tcp)\s+["']?([a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*):(\d{2,5})\b/g,
  /^([a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*):(\d{2,5}) (?:-|is|not|no|un\w+|refused|failed)/g,
  /\bcan't (?:find|resolve) '?([a-z][\w.-]*)/g,
];

function placesIn(text: string, forms: readonly RegExp[]): Place[] {
  return forms
    .flatMap((form) => [...text.matchAll(form)])
    .map(([, host = "", port]) => ({
      host: host.replace(/\.$/, ""),
      ...(port === undefined ? {} : { port: Number(port) }),
    }))
    .filter(({ host }) => !isLoopback(host) && !isSourceFile(host));
}

function placeIn({ text, raw }: LogLine, { services = [] }: Observation): Place | undefined {
  const said = { text, raw, fields: {} };
  const refused = refusedAddress(said);
  if (refused !== undefined) return isLoopback(refused.host) ? undefined : refused;
  const name = unresolvedHost(said);
  if (name !== undefined) return { host: name };
  const [place] = placesIn(text, logForms);
  if (place !== undefined) return place;
  // Any word may follow "waiting for", so only the name of a Service counts.
  const words = (/\bwait(?:s|ing)? for (.*)/i.exec(text)?.[1] ?? "").split(/\s+/).slice(0, 3);
  const named = words.find((word) => services.some(({ metadata }) => metadata?.name === word.replace(/[.,:]+$/, "")));
  return named === undefined ? undefined : { host: named.replace(/[.,:]+$/, "") };
}

/**
 * The words of the container's command with another host where it asks for this one; undefined if none does, as when a
 * variable has the name.
 */
export function withOtherHost(words: readonly string[], host: string, other: string): string[] | undefined {
  // A separator that the forms take for a blank, and that no command has.
  const separator = "\u2028";
  const before = words.join(separator);
  const after = commandForms.reduce(
    (text, form) =>
      text.replace(form, (whole: string, found: string) => (found === host ? replaceLast(whole, host, other) : whole)),
    before,
  );
  return after === before ? undefined : after.split(separator);
}

/** In each form, what precedes the host may contain it (a user's name), and what follows is a port. */
function replaceLast(text: string, part: string, other: string): string {
  const index = text.lastIndexOf(part);
  return text.slice(0, index) + other + text.slice(index + part.length);
}
