/**
 * Structured logs: one JSON object a line, each with `time`, `level` and `message`, which is what log collectors on a
 * cluster read without being told anything. Errors go to stderr, the rest to stdout.
 */
export type Level = "info" | "warn" | "error";
export type Fields = Readonly<Record<string, unknown>>;
export type Log = Readonly<Record<Level, (message: string, fields?: Fields) => void>>;

/** Writes one finished line (without its line break) for a level. */
export type LineWriter = (level: Level, line: string) => void;

/**
 * A log over any writer; the process's own streams by default. `Error` values in the fields are written with their
 * stack.
 */
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

/** JSON.stringify turns an Error into `{}`. */
function readableErrors(_key: string, value: unknown): unknown {
  return value instanceof Error ? (value.stack ?? value.message) : value;
}
