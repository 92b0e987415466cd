import { basename } from "node:path/posix";
import type { ImageConfig } from "../runEvidence.ts";
import { type Check, type Judgement, problems } from "../verdict.ts";

const shells = /^(?:ba|da|a|z|k|c|tc)?sh$/;
/** Handles signals for what it starts, so what counts is the program behind it. */
const inits = /^(?:tini(?:-static)?|dumb-init|docker-init|catatonit)$/;
const packageManagers = /^(?:npm|npx|yarn|yarnpkg|pnpm|bun)$/;

/** Judges how PID 1 is started: whether the signal to stop reaches the program. */
export function judgeEntrypoint({ entrypoint, command }: Pick<ImageConfig, "entrypoint" | "command">): Judgement {
  const all = [...entrypoint, ...command];
  const shown = `it starts ${JSON.stringify(all)}`;
  const words = withoutInit(all);
  const [program = ""] = words;
  if (program === "") return problems({ code: "entrypoint-missing", seen: "the image has neither ENTRYPOINT nor CMD" });
  if (packageManagers.test(basename(program))) return problems({ code: "package-manager-entrypoint", seen: shown });
  const busybox = basename(program) === "busybox" && shells.test(words[1] ?? "");
  if (!busybox && !shells.test(basename(program))) return { fine: words.join(" ").slice(0, 80) };
  const flag = words.findIndex((word) => /^-[a-z]*c$/.test(word));
  const script = flag === -1 ? undefined : words[flag + 1];
  // A script file may end with exec: the signal itself is looked at when it is stopped.
  if (script === undefined) return { fine: `a script: ${words.join(" ").slice(0, 80)}` };
  const last =
    script
      .split(/&&|\|\||;|\n/)
      .at(-1)
      ?.trim() ?? "";
  if (!last.startsWith("exec ")) {
    const form = entrypoint.length > 0 ? "ENTRYPOINT" : "CMD";
    return problems({ code: "shell-entrypoint", seen: `${shown}: ${form} in shell form` });
  }
  const started = last.replace(/^exec\s+/, "").split(/\s+/)[0] ?? "";
  return packageManagers.test(basename(started))
    ? problems({ code: "package-manager-entrypoint", seen: shown })
    : { fine: `a shell that gives way: ${last.slice(0, 80)}` };
}

function withoutInit(words: string[]): string[] {
  if (!inits.test(basename(words[0] ?? ""))) return words;
  const rest = words.slice(1).findIndex((word) => !word.startsWith("-"));
  const separator = words.indexOf("--");
  return separator === -1 ? words.slice(rest === -1 ? words.length : rest + 1) : words.slice(separator + 1);
}

export const entrypoint: Check = {
  name: "entrypoint",
  title: "starts the program itself, not a shell (exec form)",
  judge: ({ config }) => judgeEntrypoint(config),
};
