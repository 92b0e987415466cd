/**
 * Structured logs: one JSON object per line with `time`, `level` and `message`, which log collectors on a cluster parse
 * without configuration. Errors go to stderr, everything else to stdout.
 */
export type Level = "info" | "warn" | "error";
export type Fields = Readonly<Record<string, unknown>>;
export type Log = Readonly<Record<Level, (message: string, fields?: Fields) => void>>;

/** Writes one complete line, given without its line break. */
export type LineWriter = (level: Level, line: string) => void;

/** A log on any writer; by default, on the process's own streams. Writes `Error` values in the fields with their stack. */
export function createLog(write: LineWriter = toStandardStreams): Log {
  const at =
    (level: Level) =>
    (message: string, fields: Fields = {}): void => {
      const entry = { time: new Date().toISOString(), level, message, ...fields };
      write(level, JSON.stringify(entry, readableErrors));
    };
  return { info: at("info"), warn: at("warn"), error: at("error") };
}

function toStandardStreams(level: Level, line: string): void {
  (level === "error" ? process.stderr : process.stdout).write(`${line}\n`);
}

/** Replaces errors by their stack, because JSON.stringify turns an Error into `{}`. */
function readableErrors(_key: string, value: unknown): unknown {
  return value instanceof Error ? (value.stack ?? value.message) : value;
}
