/** Options of the program and of Node that are for development, or unsuitable for the pod. */
import { heapOption, inspectorOf } from "@tarmac/validate/nodeOptions";
import type { Evidence } from "../runEvidence.ts";
import { roleOf, unwrapped } from "../run/processRole.ts";
import { inWords } from "../run/processTree.ts";
import { mebibytes } from "../units.ts";
import { type Check, type Judgement, type Problem, problems } from "../verdict.ts";

/** A command line and its location. */
interface CommandLine {
  where: string;
  words: string[];
}

type Judged = Pick<Evidence, "config" | "conditions"> & Partial<Pick<Evidence, "run" | "content">>;

export function judgeOptions(evidence: Judged): Judgement {
  const environment = effectiveEnvironment(evidence);
  const lines = commandLines(evidence, environment);
  return (
    problems(
      debuggerProblem(evidence, lines),
      watchProblem(lines),
      heapProblem(evidence, lines, environment.NODE_OPTIONS ?? ""),
      tlsProblem(lines, environment),
      environment.NODE_ENV === "development" && {
        code: "development-environment",
        seen: "NODE_ENV is development",
      },
    ) ?? { fine: "none" }
  );
}

/** The Deployment's variables override the image's. */
function effectiveEnvironment({ config, conditions }: Judged): Record<string, string> {
  const own = config.environment.map((variable) => {
    const at = variable.indexOf("=");
    return [variable.slice(0, at), variable.slice(at + 1)];
  });
  return { ...(Object.fromEntries(own) as Record<string, string>), ...conditions.environment };
}

function commandLines({ config, run, content }: Judged, environment: Record<string, string>): CommandLine[] {
  const started = [...config.entrypoint, ...config.command];
  const shell = started.findIndex((word) => /^-[a-z]*c$/.test(word));
  const read = shell === -1 ? started : (started[shell + 1] ?? "").split(/\s+/);
  const processes = run?.processes ?? run?.restricted.processes ?? [];
  return [
    { where: "ENTRYPOINT and CMD", words: read },
    { where: "NODE_OPTIONS", words: (environment.NODE_OPTIONS ?? "").split(/\s+/) },
    ...packageScript(read, config.workingFolder, content?.packageScripts),
    ...processes.map((process) => ({ where: `the process ${inWords(process)}`, words: process.arguments })),
  ].filter(({ words }) => words.some((word) => word !== ""));
}

/** The package.json script that a package manager runs. */
function packageScript(
  words: readonly string[],
  folder: string,
  all: Record<string, Record<string, string>> = {},
): CommandLine[] {
  const rest = unwrapped(words, (word) => /entrypoint(?:\.sh)?$/.test(word));
  if (roleOf(rest) !== "packageManager") return [];
  const name = rest.slice(1).find((word) => !word.startsWith("-") && word !== "run" && word !== "run-script");
  const script = all[folder.replace(/^\/+|\/+$/g, "") || "."]?.[name ?? "start"];
  return script === undefined ? [] : [{ where: `the script "${name ?? "start"}"`, words: script.split(/\s+/) }];
}

function debuggerProblem({ run }: Judged, lines: readonly CommandLine[]): Problem | undefined {
  const started = [run?.restricted, ...Object.values(run?.trials ?? {})];
  const open = started.flatMap((one) => one?.debuggers ?? []);
  if (open.length > 0) {
    return { code: "debugger-open", seen: `Node's debugger answers on port ${open[0]} to whoever reaches the pod` };
  }
  for (const { where, words } of lines) {
    const [found] = words.flatMap((word) => inspectorOf(word) ?? []);
    if (found === undefined) continue;
    return {
      code: "debugger-open",
      ...(found.isLocal ? { level: "warning" as const } : {}),
      seen: `${where}: ${found.option}${found.isLocal ? ", open inside of the pod" : ", open to whoever reaches the pod"}`,
    };
  }
  return undefined;
}

function watchProblem(lines: readonly CommandLine[]): Problem | undefined {
  const found = lines.find(
    ({ words }) => roleOf(unwrapped(words, (word) => /entrypoint(?:\.sh)?$/.test(word))) === "watcher",
  );
  return found && { code: "watch-mode", seen: `${found.where}: ${found.words.join(" ").slice(0, 120)}` };
}

function heapProblem(
  { conditions: { memory } }: Judged,
  lines: readonly CommandLine[],
  nodeOptions: string,
): Problem | undefined {
  // A command-line option overrides the variable's.
  const own = lines.filter(({ where }) => where !== "NODE_OPTIONS");
  for (const { where, words } of [...own, { where: "NODE_OPTIONS", words: nodeOptions.split(/\s+/) }]) {
    const heap = heapOption(words, memory);
    if (heap === undefined) continue;
    if (!heap.isOverLimit) return undefined;
    return {
      code: "heap-over-limit",
      seen: `${where}: ${heap.option} lets the heap grow to ${mebibytes(heap.bytes)}; the limit is ${mebibytes(memory)}`,
    };
  }
  return undefined;
}

function tlsProblem(lines: readonly CommandLine[], environment: Record<string, string>): Problem | undefined {
  const name = "NODE_TLS_REJECT_UNAUTHORIZED";
  const inLine = lines.find(({ words }) => words.some((word) => word.replaceAll(/["']/g, "") === `${name}=0`));
  const where = environment[name] === "0" ? "its environment" : inLine?.where;
  return where === undefined ? undefined : { code: "tls-verification-off", seen: `${name} is 0 in ${where}` };
}

export const options: Check = {
  name: "options",
  title: "has no options of development",
  judge: (evidence) => judgeOptions(evidence),
};
