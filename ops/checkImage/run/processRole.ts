/** The role of a command line: the program itself, or something that starts it. */
import { basename } from "node:path/posix";

/**
 * `shell` and `packageManager` start the program and may not forward the signal. `init` forwards signals.
 * `processManager` sends signals of its own choice. `watcher` restarts the program when its files change.
 */
export type Role = "shell" | "packageManager" | "init" | "processManager" | "watcher" | "program";

const shells = /^-?(?:ba|da|a|z|k|c|tc)?sh$/;
/** Forwards signals to its child, so the program behind it counts. */
const inits = /^(?:tini(?:-static)?|dumb-init|docker-init|catatonit|s6-svscan|s6-overlay-suexec|init|my_init)$/;
const packageManagers = /^(?:npm|npx|yarn|yarnpkg|pnpm|pnpx|bunx|corepack)(?:-cli)?(?:\.[cm]?js)?$/;
const processManagers = /^(?:pm2|pm2-runtime|pm2-docker|forever|supervisord|strong-pm|sl-pm|runsvdir|naught)$/;
const watchers = /^(?:nodemon|ts-node-dev|tsnd|node-dev|supervisor)(?:\.[cm]?js)?$/;
/** Their development servers. */
const developmentServers =
  /^(?:next|nuxt|nuxi|astro|remix|vite|gatsby|ng|nest|react-scripts|vue-cli-service|webpack|webpack-dev-server|parcel|tsx|bun|deno)(?:\.[cm]?js)?$/;
const interpreters = /^(?:node|nodejs|bun|deno|ts-node|tsx)$/;

/** Node options that take the next word as their value. */
const takesNext = /^(?:-r|--require|--import|--loader|--experimental-loader|-C|--conditions|--env-file|--title)$/;

/** @param words a command line without the prefixes that `unwrapped` removes */
export function roleOf(words: readonly string[]): Role {
  // A program may replace its command line with a title: "npm start" is then a single word.
  const all = words[0]?.includes(" ") === true ? [...words[0].split(" "), ...words.slice(1)] : [...words];
  const name = basename(all[0] ?? "");
  if (/^PM2\b/.test(words[0] ?? "")) return "processManager";
  if (name === "busybox") return shells.test(all[1] ?? "") ? "shell" : "program";
  if (shells.test(name)) return packageManagers.test(basename(scriptOf(all) ?? "")) ? "packageManager" : "shell";
  if (inits.test(name)) return "init";
  if (packageManagers.test(name) || (name === "bun" && all[1] === "run")) return "packageManager";
  if (processManagers.test(name)) return "processManager";
  if (watchers.test(name) || isDevelopmentServer(name, all.slice(1))) return "watcher";
  if (!interpreters.test(name)) return "program";
  const options = optionsOf(all);
  if (options.some((word) => /^--watch(?:-path)?(?:=|$)/.test(word))) return "watcher";
  const script = basename(scriptOf(all) ?? "");
  if (packageManagers.test(script)) return "packageManager";
  if (processManagers.test(script)) return "processManager";
  if (watchers.test(script)) return "watcher";
  return isDevelopmentServer(script, all.slice(all.indexOf(scriptOf(all) ?? "") + 1)) ? "watcher" : "program";
}

const isDevelopmentServer = (name: string, rest: readonly string[]) =>
  developmentServers.test(name) &&
  (rest.some((word) => /^(?:dev|develop|serve|--watch|watch)$/.test(word)) ||
    (/^vite(?:\.js)?$/.test(name) && (rest[0] === undefined || rest[0].startsWith("-"))) ||
    (/^react-scripts/.test(name) && rest[0] === "start"));

/** The options before the script. */
export function optionsOf(words: readonly string[]): string[] {
  const script = scriptOf(words);
  return words.slice(1, script === undefined ? words.length : words.indexOf(script, 1));
}

function scriptOf(words: readonly string[]): string | undefined {
  for (let at = 1; at < words.length; at++) {
    const word = words[at] ?? "";
    if (takesNext.test(word)) at++;
    else if (!word.startsWith("-")) return word;
  }
  return undefined;
}

/**
 * The command behind prefixes that only prepare and then exec it: `env A=1`, `gosu app`, `tini --`, `exec`.
 * @param givesWay whether a script ends with `exec "$@"`
 */
export function unwrapped(words: readonly string[], givesWay: (script: string) => boolean): string[] {
  let rest = [...words];
  for (let turns = 0; turns < 10; turns++) {
    const name = basename(rest[0] ?? "");
    const next =
      name === "exec"
        ? rest.slice(1)
        : name === "env" || name === "cross-env"
          ? withoutOptions(rest.slice(1), /^(?:-u|-C|-S|--unset|--chdir)$/).filter(notAssignment())
          : /^(?:gosu|su-exec|chpst|setuidgid)$/.test(name)
            ? rest.slice(2)
            : /^(?:nice|ionice|stdbuf|setpriv|catchsegv|timeout|dotenv|dotenvx|dotenv-cli)$/.test(name)
              ? afterSeparator(rest, /^(?:-n|-c|-p|-k|-s|-e|-f)$/)
              : inits.test(name)
                ? afterSeparator(rest, /^(?:-p|-e|-r|--rewrite)$/)
                : givesWay(rest[0] ?? "")
                  ? rest.slice(1)
                  : rest;
    if (next === rest || next.length === rest.length) return rest;
    rest = next;
  }
  return rest;
}

/** Assignments are only allowed at the front. */
function notAssignment() {
  let before = true;
  return (word: string) => {
    before &&= /^\w+=/.test(word);
    return !before;
  };
}

function withoutOptions(words: string[], takes: RegExp): string[] {
  let at = 0;
  while (words[at]?.startsWith("-") === true) at += takes.test(words[at] ?? "") ? 2 : 1;
  return words.slice(at);
}

function afterSeparator(words: string[], takes: RegExp): string[] {
  const separator = words.indexOf("--");
  if (separator !== -1) return words.slice(separator + 1);
  const rest = withoutOptions(words.slice(1), takes);
  return /^(?:\d+[smhd]?|run)$/.test(rest[0] ?? "") ? rest.slice(1) : rest;
}
