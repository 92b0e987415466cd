/** What a Dockerfile says of the image that it makes, as far as settings depend on it: its stages, and where its program is. */
import { posix } from "node:path";

interface Stage {
  /** Name, in lower case as Docker compares it. */
  name: string | undefined;
  /** Absolute paths that ENTRYPOINT and CMD name. */
  programPaths: readonly string[];
}

/** The stages of a Dockerfile, in its order. */
export function dockerfileStages(text: string): Stage[] {
  const lines = text.replaceAll(/\\\r?\n/g, " ").split(/\r?\n/);
  const stages: { name: string | undefined; folder: string; commands: Record<string, string> }[] = [];
  for (const line of lines) {
    const [, instruction = "", rest = ""] = /^\s*([A-Za-z]+)\s+(.*)$/.exec(line) ?? [];
    const stage = stages.at(-1);
    if (instruction.toUpperCase() === "FROM")
      stages.push({ name: /\sAS\s+(\S+)\s*$/i.exec(rest)?.[1]?.toLowerCase(), folder: "/", commands: {} });
    else if (stage !== undefined && instruction.toUpperCase() === "WORKDIR")
      stage.folder = posix.resolve(stage.folder, rest.trim());
    else if (stage !== undefined && /^(ENTRYPOINT|CMD)$/i.test(instruction))
      stage.commands[instruction.toUpperCase()] = rest;
  }
  return stages.map(({ name, folder, commands }) => ({
    name,
    programPaths: Object.values(commands).flatMap((command) =>
      command
        .split(/[\s"',[\]]+/)
        .filter(
          (word) => /^\.{0,2}\/?[\w@.-]+(\/[\w@.-]+)*$/.test(word) && /^\/|\.(js|mjs|cjs|ts|sh|py|jar|dll)$/.test(word),
        )
        .map((word) => posix.resolve(folder, word)),
    ),
  }));
}

/** The stage that is built: the one of that name or number, or else the last. `undefined` when there is none such. */
export const builtStage = (stages: readonly Stage[], target: string | undefined): Stage | undefined =>
  target === undefined
    ? stages.at(-1)
    : (stages.find(({ name }) => name === target.toLowerCase()) ??
      (/^\d+$/.test(target) ? stages[Number(target)] : undefined));
