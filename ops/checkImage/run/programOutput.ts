/** Container output and what it reveals. */

/**
 * The engine multiplexes both streams into frames: one byte for the stream, three zero bytes, four bytes for the
 * length.
 */
export function demultiplexed(raw: Buffer): string {
  const parts: Buffer[] = [];
  for (let at = 0; at + 8 <= raw.length;) {
    const length = raw.readUInt32BE(at + 4);
    parts.push(raw.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  return Buffer.concat(parts).toString("utf8");
}

/** The last non-empty lines, for a message. */
export function tail(log: string, lines = 3): string {
  const said = log
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return said.length === 0 ? "it printed nothing" : said.slice(-lines).join(" | ").slice(-600);
}

/** The line with the error: the first line of a stack trace, else the last lines of the log. */
export function errorLine(log: string): string {
  const line = log
    .split("\n")
    .find((candidate) => /^(?:\w*Error\b|Uncaught|panic:|Traceback|\w+(?:\.\w+)*Exception)/.test(candidate.trim()));
  return line === undefined ? tail(log) : line.trim().slice(0, 400);
}

/** Paths of writes that a read-only file system refused; "" if the path is unknown. */
export function refusedWrites(log: string): string[] {
  const found = new Set<string>();
  for (const line of log.split("\n")) {
    if (!/\bEROFS\b|read-only file ?system/i.test(line)) continue;
    const path =
      /(?:path: |open |mkdir |unlink |rename |rmdir |symlink |copyfile |utime |chmod )?['"](\/[^'"]+)['"]/.exec(
        line,
      )?.[1] ?? /(?:^|[\s:=])(\/[^\s:,'"]+)/.exec(line)?.[1];
    found.add(path ?? "");
  }
  const named = [...found].filter((path) => path !== "");
  return named.length > 0 || found.size === 0 ? named : [""];
}

const writeRefused =
  /\b(?:EACCES|EPERM)\b[^\n]*?\b(?:mkdir|mkdtemp|unlink|rename|rmdir|symlink|link|copyfile|chmod|fchmod|chown|utime|rm)\b,? ?['"]?(\/[^'"\s]+)|\bENOENT\b[^\n]*?, mkdir '(\/[^']+)'/;
const openRefused =
  /\b(?:EACCES|EPERM)\b[^\n]*?\bopen '(\/[^']*(?:\.(?:log|pid|lock|sqlite3?|db|sock|cache|tmp)|\/(?:logs?|cache|tmp|data|uploads?|run|storage|\.[a-z]\w+)\/[^']*))'/;
const shellRefused =
  /(?:mkdir|touch|cp|mv|rm|ln|tee|sed|install|chown|chmod)\b:?[^\n]*?['"]?(\/[^'":\s]+)['"]?: (?:Permission denied|Operation not permitted)|(?:cannot|can't) create (\/[^:\s]+): Permission denied/i;

/** Paths of writes that failed because of permissions, not because of a read-only file system. */
export function deniedWrites(log: string): string[] {
  const found = new Set<string>();
  for (const line of log.split("\n")) {
    for (const pattern of [writeRefused, openRefused, shellRefused]) {
      const path = pattern
        .exec(line)
        ?.slice(1)
        .find((part) => part !== undefined);
      if (path !== undefined) found.add(path);
    }
  }
  return [...found];
}

/** V8 reached its own heap limit. */
export const heapExhausted = (log: string): boolean =>
  /JavaScript heap out of memory|Reached heap limit|ERR_WORKER_OUT_OF_MEMORY/.test(log);

/** The port below 1024 that was refused, or 0 if the port is unknown. */
export function refusedPort(log: string): number | undefined {
  const found =
    /listen EACCES[^\n]*?:(\d+)\s*$|listen EACCES[^\n]*?:(\d+)\b|bind\(\) to [^\s]*:(\d+) failed \(13/m.exec(log);
  if (found !== null) return Number(found[1] ?? found[2] ?? found[3]);
  return /\bbind\b[^\n]*permission denied/i.test(log)
    ? Number(/:(\d+)\b[^\n]*permission denied/i.exec(log)?.[1] ?? 0)
    : undefined;
}
