/** How the program is started, and whether the stop signal reaches it: read from the image, and observed in the run. */
import { basename } from "node:path/posix";
import type { Evidence, ImageConfig, RunEvidence } from "../runEvidence.ts";
import type { ImageContent, ScriptFile } from "../image/content.ts";
import { endsInExec, hasWindowsLineEnds, startsItsArguments } from "../image/scriptFile.ts";
import { roleOf, unwrapped, type Role } from "../run/processRole.ts";
import { inWords, signalArrived, treeOf } from "../run/processTree.ts";
import { seconds } from "../units.ts";
import { type Check, type Judgement, type Problem, problems } from "../verdict.ts";

const codeOf = {
  shell: "shell-entrypoint",
  packageManager: "package-manager-entrypoint",
  processManager: "signal-not-forwarded",
} as const;
type Keeper = keyof typeof codeOf;
const isKeeper = (role: Role): role is Keeper => role in codeOf;

export function judgeEntrypoint(
  config: Pick<ImageConfig, "entrypoint" | "command">,
  content?: Pick<ImageContent, "scripts">,
  run?: RunEvidence,
): Judgement {
  const read = readOff(config, content?.scripts ?? []);
  const started = run?.restricted.readyAfter !== undefined;
  if (!started && Array.isArray(read) && read.some(({ code }) => !Object.values<string>(codeOf).includes(code))) {
    return read;
  }
  return (run === undefined ? undefined : seenInRun(run, read)) ?? read;
}

/** Observations in the run override what was read from the image. */
function seenInRun(run: RunEvidence, read: Judgement): Judgement {
  const arrived = signalArrived(run);
  const tree = treeOf(run);
  const { stop } = run;
  if (tree === undefined) {
    // If its processes could not be read, a clean exit is sufficient.
    return stop?.exit?.code === 0 && Array.isArray(read)
      ? { fine: `${stop.signal} arrives: it ended with exit 0 after ${seconds(stop.milliseconds)}` }
      : undefined;
  }
  const { keeper, role } = tree;
  if (keeper === undefined || !isKeeper(keeper.role)) {
    if (role === "program" || role === "init") return { fine: `PID 1 is ${inWords(tree.first)}` };
    return undefined;
  }
  const code = codeOf[keeper.role];
  const chain = keeper.process.pid === 1 ? `PID 1 is ${tree.shown}` : `PID 1 leads to ${tree.shown}`;
  if (arrived === undefined) return [{ code, seen: chain }];
  if (arrived) {
    if (keeper.role === "shell") return { fine: `${chain}; ${stop?.signal ?? "the signal"} arrives` };
    return [{ code, level: "warning", seen: `${chain}; ${stop?.signal} arrived all the same` }];
  }
  const end =
    stop?.exit === undefined
      ? `it still ran after the grace period`
      : `it ended with exit ${stop.exit.code} after ${seconds(stop.milliseconds)}`;
  const mend =
    keeper.role === "processManager"
      ? undefined
      : 'make the program PID 1: CMD ["node", "main.js"] (with the file that your start script names), or end the script with exec "$@"';
  return [
    {
      code,
      seen: `${chain}; ${stop?.signal} does not reach the program: ${end}`,
      ...(mend === undefined ? {} : { mend }),
    },
  ];
}

/** What ENTRYPOINT, CMD and the scripts that they name reveal. */
function readOff(
  { entrypoint, command }: Pick<ImageConfig, "entrypoint" | "command">,
  scripts: readonly ScriptFile[],
): Judgement {
  const all = [...entrypoint, ...command];
  const shown = `it starts ${JSON.stringify(all)}`;
  const scriptAt = (word: string) => scripts.find(({ path }) => basename(path) === basename(word));
  const windows = scripts.filter(({ text }) => hasWindowsLineEnds(text));
  const givesWay = (word: string) => {
    // npm and yarn are also such scripts, and are recognized by name.
    if (roleOf([word]) !== "program") return false;
    const script = scriptAt(word);
    if (script !== undefined) return isShellScript(script) && startsItsArguments(script.text);
    return /^(?:docker-)?entrypoint(?:\.sh)?$/.test(basename(word));
  };
  const words = unwrapped(all, givesWay);
  const [program = ""] = words;
  const carriageReturns: Problem[] = windows
    .filter(isShellScriptOrNamed(all))
    .map(({ path }) => ({ code: "crlf-script", seen: `/${path} has lines that end with CR and LF` }));
  if (carriageReturns.length > 0) return carriageReturns;
  if (program === "") return problems({ code: "entrypoint-missing", seen: "the image has neither ENTRYPOINT nor CMD" });
  const twice = repeated(entrypoint, command);
  if (twice !== undefined) return [{ code: "entrypoint-repeated", seen: `${shown}: ${twice}` }];
  const role = roleOf(words);
  if (role === "packageManager" || role === "processManager") return [{ code: codeOf[role], seen: shown }];
  if (role !== "shell") {
    const script = scriptAt(program);
    // A script runs in its shell, which stays unless the script ends with exec.
    if (script === undefined || !isShellScript(script) || endsInExec(script.text)) {
      return { fine: words.join(" ").slice(0, 80) };
    }
    return [
      {
        code: "shell-entrypoint",
        level: "warning",
        seen: `${shown}, and the script /${script.path} does not end in exec`,
      },
    ];
  }
  const flag = words.findIndex((word) => /^-[a-z]*c$/.test(word));
  const line = flag === -1 ? undefined : words[flag + 1];
  if (line === undefined) {
    const script = words
      .slice(1)
      .map(scriptAt)
      .find((found) => found !== undefined);
    // An unknown script may end with exec: the stop test shows whether the signal arrives.
    return script === undefined || endsInExec(script.text)
      ? { fine: `a script: ${words.join(" ").slice(0, 80)}` }
      : [
          {
            code: "shell-entrypoint",
            level: "warning",
            seen: `${shown}, and the script /${script.path} does not end in exec`,
          },
        ];
  }
  const parts = line.split(/&&|\|\||;|\n/);
  const last = parts.at(-1)?.trim() ?? "";
  const started = unwrapped(last.split(/\s+/), () => false);
  const startedRole = roleOf(started);
  if (startedRole === "packageManager" || startedRole === "processManager") {
    return [{ code: codeOf[startedRole], seen: shown }];
  }
  if (last.startsWith("exec ")) return { fine: `a shell that gives way: ${last.slice(0, 80)}` };
  const form = entrypoint.length > 0 && !givesWay(entrypoint[0] ?? "") ? "ENTRYPOINT" : "CMD";
  // Current shells exec a single command; shells from before 2020 do not.
  const single = parts.length === 1 && !/[|&<>]/.test(line);
  return [
    {
      code: "shell-entrypoint",
      ...(single ? { level: "warning" as const } : {}),
      seen: `${shown}: ${form} in shell form`,
    },
  ];
}

const isShellScript = ({ interpreter = "", text }: ScriptFile) =>
  /(?:^|\/)(?:ba|da|a|z|k)?sh\r?$/.test(interpreter) || /^#![^\n]*\benv (?:-\S+ )*(?:ba|da|a|z|k)?sh\b/.test(text);

/**
 * Node accepts JavaScript with CRLF line endings. A shell does not, and the kernel finds no interpreter with a CR in
 * its name.
 */
const isShellScriptOrNamed = (words: readonly string[]) => (script: ScriptFile) =>
  isShellScript(script) ||
  /^#![^\n]*\r\n/.test(script.text) ||
  (/\.(?:ba|da|a|z|k)?sh$/.test(script.path) && words.some((word) => basename(word) === basename(script.path)));

/** ENTRYPOINT is already the interpreter, and CMD starts with it again. */
function repeated(entrypoint: readonly string[], command: readonly string[]): string | undefined {
  const last = entrypoint.at(-1);
  const [first = "", second] = command;
  if (
    last === undefined ||
    second === undefined ||
    !/^(?:node|nodejs|python3?|ruby|java|deno|bun)$/.test(basename(first))
  ) {
    return undefined;
  }
  const interpreter =
    basename(last) === basename(first) || (entrypoint.length === 1 && basename(last) === `${basename(first)}js`);
  return interpreter ? `ENTRYPOINT is ${last} already, so "${first}" is taken for the name of a script` : undefined;
}

export const entrypoint: Check = {
  name: "entrypoint",
  title: "starts the program itself, and SIGTERM reaches it",
  judge: ({ config, content, run }: Evidence) => judgeEntrypoint(config, content, run),
};
