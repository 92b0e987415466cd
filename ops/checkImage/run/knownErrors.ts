/** Recognizes the origin of errors in a log by the messages of Node and shells. */
import { errorLine } from "./programOutput.ts";
import type { ContainerProcess } from "./containerProcesses.ts";
import type { Listener } from "./sockets.ts";

const noPasswdEntry =
  /uv_os_get_passwd|cannot find name for user ID|could not look up (?:local|current|effective) user|No user exists for uid|getpwuid\(\)|unknown user(?:id| id)|user: unknown userid|no such user in passwd/i;

/** The program looked up its user's name, but the image has no such user. */
export const lacksPasswdEntry = (log: string): boolean => noPasswdEntry.test(log);

const unreachable =
  /\b(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)\b(?:[^\S\n]+([\w.:[\]-]+))?/;
const otherWords: readonly RegExp[] = [
  /Can't reach database server at [`'"]?([\w.-]+:\d+)/,
  /could not translate host name "([^"]+)"/,
  /could not connect to server: [^\n]*?"([\w.-]+)"/,
  /connection to server at "([^"]+)"[^\n]*(?:failed|refused)/,
  /dial tcp:? (?:lookup )?([\w.-]+(?::\d+)?)/,
  /(?:MongoServerSelectionError|MongooseServerSelectionError|MongoNetworkError)[^\n]*?([\w.-]+:\d+)?/,
  /(?:SequelizeConnection\w*Error|PrismaClientInitializationError|KnexTimeoutError|ClusterAllFailedError|KafkaJSNumberOfRetriesExceeded)[^\n]*?([\w.-]+:\d+)?/,
  /\b(?:waiting|wait|retry(?:ing)?|trying)\b[^\n]{0,40}\b(?:for|to connect to|to reach)\b[^\n]{0,20}?\b([\w.-]+:\d+|database|db|postgres(?:ql)?|mysql|mariadb|redis|mongo(?:db)?|kafka|rabbitmq|amqp|elasticsearch)\b/i,
  /\b(?:database|db|postgres(?:ql)?|mysql|redis|mongo(?:db)?|kafka|rabbitmq)\b[^\n]{0,30}\b(?:not (?:ready|available|reachable)|unavailable|unreachable|is down)\b/i,
];
const waiters =
  /(?:^|\/|\s)(?:wait-for-it(?:\.sh)?|wait-for(?:\.sh)?|dockerize|wait-on|pg_isready|mysqladmin|nc|ncat)\b[^\n]*?(?:-h\s+)?([\w.-]+)(?::|\s+(?:-p\s+)?)(\d{2,5})\b/;

/**
 * Describes the service that it waits for; `undefined` if unknown.
 * @param seen what the process printed, which addresses it tries to reach, and what it runs
 */
export function missingDependency(seen: {
  log: string;
  connecting?: readonly Listener[];
  processes?: readonly ContainerProcess[];
}): string | undefined {
  const { log, connecting = [], processes = [] } = seen;
  const refused = unreachable.exec(log);
  if (refused !== null && !/\b(?:EADDRINUSE|listen)\b/.test(lineOf(log, refused.index))) {
    return `${refused[2] ?? "a service"} (${refused[1]})`;
  }
  for (const pattern of otherWords) {
    const found = pattern.exec(log);
    if (found !== null) return found[1] ?? `"${found[0].slice(0, 80)}"`;
  }
  for (const { arguments: words } of processes) {
    const waiting = waiters.exec(words.join(" "));
    if (waiting !== null) return `${waiting[1]}:${waiting[2]} ("${words.join(" ").slice(0, 80)}")`;
  }
  const [target] = connecting;
  return target === undefined ? undefined : `${target.address} port ${target.port}, which does not answer`;
}

const lineOf = (log: string, index: number) =>
  log.slice(log.lastIndexOf("\n", index) + 1, log.indexOf("\n", index) === -1 ? undefined : log.indexOf("\n", index));

interface Known {
  pattern: RegExp;
  mend: string;
}

const known: readonly Known[] = [
  {
    pattern: /Cannot find (?:module|package)|ERR_MODULE_NOT_FOUND/,
    mend: "put the module into the image: list it under dependencies (not devDependencies), copy node_modules or the built files into the last stage, and check .dockerignore and the path in CMD",
  },
  {
    pattern:
      /invalid ELF header|wrong ELF class|ERR_DLOPEN_FAILED|version `?GLIBC\S*' not found|ld-linux|ld-musl|Error loading shared library|error while loading shared libraries|Could not load the "\w+" module/,
    mend: "build native modules in the image's own base: run npm ci in a stage with the same distribution, libc and platform as the last one, and install the libraries that the message names",
  },
  {
    pattern: /Query ?Engine|@prisma\/client did not initialize/i,
    mend: "run prisma generate in the stage that builds the last one, with a binaryTargets entry for the base",
  },
  {
    pattern:
      /Unknown file extension|Cannot use import statement outside a module|require is not defined in ES module|ERR_REQUIRE_ESM|SyntaxError/,
    mend: 'start the compiled program (node dist/main.js) with the Node version it is written for; set "type" in package.json to what the files are',
  },
  {
    pattern: /EADDRINUSE/,
    mend: "two processes of the container listen on one port: start the program once, and give other servers another port",
  },
  {
    pattern: /bad option|not allowed in NODE_OPTIONS/,
    mend: "remove the option from CMD or NODE_OPTIONS, or use a Node version that knows it",
  },
];

/** The fix for an exit whose error reveals its origin; `undefined` if only the log can be shown. */
export const knownMend = (log: string): string | undefined => {
  const line = errorLine(log);
  return known.find(({ pattern }) => pattern.test(line) || pattern.test(log.slice(-8000)))?.mend;
};
