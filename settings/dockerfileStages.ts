/** Reads from a Dockerfile what the settings depend on: its stages, and the paths of its programs. */
import { posix } from "node:path";

interface Stage {
  /** Name in lower case, because Docker ignores case. */
  name: string | undefined;
  /** Absolute paths in ENTRYPOINT and CMD. */
  programPaths: readonly string[];
}

/** Returns the stages of a Dockerfile, in order. */
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

/** Returns the stage to build: the one with that name or number, or else the last. `undefined` if it does not exist. */
export const builtStage = (stages: readonly Stage[], target: string | undefined): Stage | undefined =>
  target === undefined
    ? stages.at(-1)
    : (stages.find(({ name }) => name === target.toLowerCase()) ??
      (/^\d+$/.test(target) ? stages[Number(target)] : undefined));
