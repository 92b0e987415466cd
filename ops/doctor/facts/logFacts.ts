/**
 * A container's log, parsed once: lines without parts that may contain arbitrary text (timestamps, request lines, URLs,
 * image names), and the process's final error. Free text supports a claim; it is proof only if a process ended and
 * Kubernetes knows only its exit code.
 */
export interface LogLine {
  /** As written. */
  raw: string;
  /** Without color codes, time, level and logger. For JSON lines, only the message. */
  text: string;
  /** Level of the line, if the line names it. */
  level?: "error" | "warn" | "info";
}

/** The error a process ended with. */
export interface FinalError {
  /** The line with the error, e.g. "Error: listen EADDRINUSE: address already in use :::8080". */
  text: string;
  raw: string;
  /** Name of the error class, e.g. "TypeError". */
  name?: string;
  /** Fields of a Node.js error object: code, syscall, path, address, port, hostname. */
  fields: Readonly<Record<string, string>>;
  /** The surrounding lines, without the stack. */
  context: string[];
}

export interface LogFacts {
  lines: LogLine[];
  finalError?: FinalError;
}

// eslint-disable-next-line no-control-regex
const colors = /\u001b\[[0-9;]*m/g;
const time =
  /^\[?(?:\d{4}[-/]\d{2}[-/]\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d+)?(?:Z|[+-]\d{2}:?\d{2})?|\d{2}:\d{2}:\d{2}(?:[.,]\d+)?|\d{10,13}(?:\.\d+)?)\]?(?:\s*(?:[|-]|UTC))?\s*/;
const klog = /^([IWEF])\d{4} \d{2}:\d{2}:\d{2}\.\d+\s+\d+ \S+\] /;
const level =
  /^[[(]?(fatal|error|err|critical|crit|emerg|alert|panic|warning|warn|info|notice|debug|trace)[\])]?(?::|\b)\s*(?:\[[^\]]*\]\s*)?[:|-]?\s*/i;
const requestLine = /"?\b(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) \/\S*(?: HTTP\/[\d.]+)?"?(?:\s+\d{3}\b.*)?$/;

const levelOf = (word: string): LogLine["level"] =>
  /^(fatal|err|crit|emerg|alert|panic)/i.test(word) ? "error" : /^warn/i.test(word) ? "warn" : "info";

/** @param names image names and other names that may contain any word */
export function readLog(log: string, names: readonly string[] = []): LogFacts {
  const lines = log
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => readLine(line, names));
  const finalError = finalErrorIn(lines);
  return { lines, ...(finalError === undefined ? {} : { finalError }) };
}

function readLine(line: string, names: readonly string[]): LogLine {
  const raw = line.trimEnd();
  let text = raw.replace(colors, "");
  const object = jsonIn(text) ?? logfmtIn(text);
  if (object !== undefined)
    return { raw, text: object.text, ...(object.level === undefined ? {} : { level: object.level }) };
  let found: LogLine["level"];
  const prefix = klog.exec(text);
  if (prefix !== null) {
    found = levelOf({ I: "info", W: "warn", E: "error", F: "fatal" }[prefix[1] ?? ""] ?? "info");
    text = text.slice(prefix[0].length);
  }
  text = text.replace(time, "");
  const word = level.exec(text);
  // "Error: text" of an uncaught error keeps its name, because the name is part of the error.
  if (word !== null && !/^(Error|error): /.test(text)) {
    found = levelOf(word[1] ?? "");
    text = text.slice(word[0].length).replace(time, "");
  } else if (word !== null) found = "error";
  // A bare name such as "redis" is also a word, or a host.
  for (const name of names) if (/[/:@]/.test(name)) text = text.replaceAll(name, "IMAGE");
  text = text.replace(requestLine, "REQUEST");
  return { raw, text, ...(found === undefined ? {} : { level: found }) };
}

function jsonIn(line: string): { text: string; level?: LogLine["level"] } | undefined {
  if (!line.trimStart().startsWith("{")) return undefined;
  try {
    const object = JSON.parse(line) as Record<string, unknown>;
    const word = (value: unknown): string | undefined =>
      typeof value === "string"
        ? value
        : typeof value === "object" && value !== null
          ? word((value as { message?: unknown }).message)
          : undefined;
    const message = [object.message, object.msg].map(word).find((value) => value !== undefined);
    const error = [object.err, object.error].map(word).find((value) => value !== undefined);
    if (message === undefined && error === undefined) return undefined;
    const parts = [message, error].filter((value) => value !== undefined);
    // Structured logs put the address in separate fields.
    const address = ["host", "address", "port"].flatMap((key) =>
      ["string", "number"].includes(typeof object[key]) ? [`${key} ${String(object[key])}`] : [],
    );
    const text = [parts.join(": "), ...address].join(" ");
    const number = typeof object.level === "number" ? object.level : undefined;
    const named =
      typeof object.level === "string"
        ? object.level
        : typeof object.severity === "string"
          ? object.severity
          : undefined;
    const level =
      number !== undefined
        ? number >= 50
          ? "error"
          : number >= 40
            ? "warn"
            : "info"
        : named === undefined
          ? undefined
          : levelOf(named);
    return { text, ...(level === undefined ? {} : { level }) };
  } catch {
    return undefined;
  }
}

/** `time=... level=fatal msg="..." err="..."` */
function logfmtIn(line: string): { text: string; level?: LogLine["level"] } | undefined {
  const message = /(?:^|\s)msg=(?:"((?:[^"\\]|\\.)*)"|(\S+))/.exec(line);
  if (message === null || !/(?:^|\s)(?:level|time|ts|lvl)=/.test(line)) return undefined;
  const error = /(?:^|\s)err(?:or)?=(?:"((?:[^"\\]|\\.)*)"|(\S+))/.exec(line);
  const word = /(?:^|\s)(?:level|lvl)="?(\w+)/.exec(line)?.[1];
  const text = [message[1] ?? message[2] ?? "", ...(error === null ? [] : [error[1] ?? error[2] ?? ""])].join(": ");
  return { text: text.replaceAll('\\"', '"'), ...(word === undefined ? {} : { level: levelOf(word) }) };
}

/** What npm prints after the program has failed. It says why only if npm itself failed. */
const ofNpm = /^npm (?:ERR!|error) ?/;
/** Of npm's lines, those that do not say what went wrong. */
const npmNoise =
  /^(?:code|syscall|path|errno|command|lifecycle|workspace|location|in workspace|at location|dest|signal) |^(?:A complete log|Log files were not|To see a list|Often virtualized|that don't support|\w+ (?:Often virtualized|file systems|that don't support))|^(?:npm run)?\s*$/;

/** Lines that follow an error without adding information. */
const trailer =
  /^\s*at .+|^Emitted 'error' event (?:on|at)|^\s*\.\.\. \d+ (?:more|lines)|^\s*\^+\s*$|^Node\.js v\d|^npm (?:ERR!|error|notice|warn|info)|^npm error|^error Command failed|^yarn |^\s*File "|^\s*[}\])]+[;,]?\s*$|^goroutine \d|^\s*\/\S+:\d+(?::\d+)?$|^exit status \d+|^(?:process )?(?:exit(?:ing|ed)?|terminat(?:ing|ed)|shutting down|stopp(?:ing|ed)|goodbye|bye)\b.{0,40}$|^\S*\.go:\d+|^created by |^main\.|^\t|^(?:from|in) \S+:\d+|^\(Use `node --trace|^ {2}\S.* \[type=\w+, |^note: run with `RUST_BACKTRACE|^> |^\s{4,}\S|^\s*throw /i;
const field = /^\s+(?:\[?(\w+)\]?): (?:'([^']*)'|"([^"]*)"|(-?[\w.]+)),?\s*}?$/;
const header =
  /^(?:Uncaught |Unhandled |\[?Fatal\]? |Exception in thread "[^"]*" |Caused by: |panic: |fatal error: |FATAL ERROR: )?(?:((?:[a-z_]\w*\.)*[A-Z]\w*(?:\.\w+)*(?:Error|Exception|Failure|Warning)|Error)(?: \[(\w+)\])?)(?:: |:?$)/;
const errorWords =
  /\b(?:error|fatal|panic|exception|cannot|can't|could not|couldn't|failed|failure|denied|refused|not found|no such|invalid|missing|required|unable|must be|must not|not set|not defined|unknown|unrecognized|bad|illegal|in use|timed out|timeout|abort|killed|fault|deadlock|missing|unsupported|rejected|read-only|out of memory|no space)\b|[a-z](?:Error|Exception)\b/i;

/** The same words in other languages: programs and runtimes may log in the user's language. */
const foreignErrorWords =
  /fehler|fehlgeschlagen|ausnahme|abgelehnt|verweigert|ungültig|(?:konnte|kann|wurde|ist) nicht|nicht (?:gefunden|gesetzt|möglich|erreichbar)|fehlt|erreur|échec|échoué|impossible|introuvable|refusée?|manquante?|non (?:définie?|trouvée?|valide)|errore|impossibile|non (?:trovat|riuscit|valid)|negat[oa]|fall[oó]\b|no se (?:puede|pudo|encontr)|denegad|inválid|\berro\b|falh[ao]|não |ошибка|не (?:удалось|найден|задан)|отказано|错误|錯誤|失败|失敗|无法|無法|未找到|找不到|エラー|見つかりません|できません|오류|실패|\bfout\b|mislukt|błąd|nie (?:można|znaleziono)|\bhata\b/iu;

function finalErrorIn(lines: readonly LogLine[]): FinalError | undefined {
  const fields: Record<string, string> = {};
  const context: string[] = [];
  let last: LogLine | undefined;
  let said: LogLine | undefined;
  for (let index = lines.length - 1; index >= 0 && index >= lines.length - 45; index -= 1) {
    const line = lines[index];
    if (line === undefined) break;
    const plain = line.raw.replace(colors, "");
    const property = field.exec(plain);
    if (property !== null && said === undefined)
      fields[property[1] ?? ""] ??= property[2] ?? property[3] ?? property[4] ?? "";
    const stack = trailer.test(plain) || property !== null;
    if (stack) continue;
    last ??= line;
    context.unshift(line.raw.trim());
    const head = header.exec(line.text) ?? header.exec(plain.trim());
    if (head !== null) {
      const details = detailsBelow(lines.slice(index + 1));
      const code: Record<string, string> = head[2] === undefined || fields.code !== undefined ? {} : { code: head[2] };
      const inline = inlineFields(line.text);
      return {
        text: `${line.text.trim().replace(/: \[$/, ":")}${details === "" ? "" : `${/:( \[)?$/.test(line.text.trim()) ? "" : ":"} ${details}`}`,
        raw: plain.trim(),
        ...(head[1] === undefined ? {} : { name: head[1] }),
        fields: { ...inline, ...fields, ...code },
        context,
      };
    }
    if (
      said === undefined &&
      line.level !== "info" &&
      (line.level === "error" ||
        (line.level === undefined && (errorWords.test(line.text) || foreignErrorWords.test(line.text))))
    )
      said = line;
    // An earlier header belongs to this error only if nothing but its stack lies between them.
    if (said !== undefined) break;
  }
  const line = said ?? last ?? npmError(lines);
  if (line === undefined) return undefined;
  return {
    text: line.text.trim(),
    raw: line.raw.replace(colors, "").trim(),
    fields: { ...inlineFields(line.text), ...fields },
    context,
  };
}

/** If npm alone printed something, its first line that says why. */
function npmError(lines: readonly LogLine[]): LogLine | undefined {
  const said = lines.flatMap(({ raw, level }) => {
    const plain = raw.replace(colors, "");
    const text = plain.replace(ofNpm, "").trim();
    return ofNpm.test(plain) && !npmNoise.test(text) ? [{ raw, text, ...(level === undefined ? {} : { level }) }] : [];
  });
  return said[0];
}

/**
 * Details that schemas print below their error: Zod's list of issues as JSON; pydantic's field with its indented
 * message.
 */
function detailsBelow(lines: readonly LogLine[]): string {
  const below = lines.slice(0, 30).map(({ raw }) => raw.replace(colors, ""));
  const issue = below.join("\n");
  // An AggregateError has no message of its own: "[errors]: [" and one error for each attempt.
  const attempt = /^\s*\[errors\]: \[\n\s*(?:\w*Error): (.+)$/m.exec(issue)?.[1];
  if (attempt !== undefined) return attempt;
  const path = /^\s*"path": \[\s*([^\]]*?)\s*\]/m.exec(issue)?.[1];
  const message = /^\s*"message": "([^"]*)"/m.exec(issue)?.[1];
  if (path !== undefined && message !== undefined)
    return `${path.replace(/["\s]/g, "").replaceAll(",", ".")}: ${message}`;
  const [name = "", said = ""] = below;
  const field = /^[A-Za-z_][\w.]*$/.test(name) ? /^ {2}(\S.*?)(?: \[type=.*)?$/.exec(said)?.[1] : undefined;
  return field === undefined ? "" : `${name}: ${field}`;
}

/**
 * Fields that Node.js puts into the message: "EACCES: permission denied, open '/data/x'", "listen EADDRINUSE: address
 * already in use :::8080".
 */
function inlineFields(text: string): Record<string, string> {
  const plain = /\b(E[A-Z]{3,}): [^,']+, (\w+) '([^']+)'/.exec(text);
  if (plain !== null) return { code: plain[1] ?? "", syscall: plain[2] ?? "", path: plain[3] ?? "" };
  const listen = /\b(listen|bind) (E[A-Z]+)\b.*?(\S*):(\d+)\s*$/.exec(text);
  if (listen !== null)
    return { syscall: listen[1] ?? "", code: listen[2] ?? "", address: listen[3] ?? "", port: listen[4] ?? "" };
  const connect = /\bconnect (E[A-Z]+) (\S+):(\d+)/.exec(text);
  if (connect !== null)
    return { syscall: "connect", code: connect[1] ?? "", address: connect[2] ?? "", port: connect[3] ?? "" };
  const lookup = /\b(getaddrinfo|query\w*) (ENOTFOUND|EAI_AGAIN) (\S+)/.exec(text);
  if (lookup !== null) return { syscall: lookup[1] ?? "", code: lookup[2] ?? "", hostname: lookup[3] ?? "" };
  return {};
}

/** The last lines, for evidence. */
export const lastLines = ({ lines }: LogFacts, count: number): string[] =>
  lines.slice(-count).map(({ raw }) => `log: ${raw.trim().slice(0, 300)}`);
