/** Runs the policy pack on a stack: on the planned resources, or on those of the last update. */
import { readFileSync } from "node:fs";
import type { Exception } from "@tarmac/policy/exceptions";
import { CouldNotRun } from "../couldNotRun.ts";
import { followEvents, lastWords } from "../pulumi/engineEvents.ts";
import { type Exceptions, type Findings, FindingsReader } from "./policyFindings.ts";
import { policyFlags, type PolicyPack } from "./policyPack.ts";

export interface Look {
  stack: string;
  pack: PolicyPack;
  /** "preview" runs the program, "state" only reads the state and contacts no provider. */
  at: "preview" | "state";
  /** Stack file; default: Pulumi.STACK.yaml beside the program. */
  configFile?: string;
  /** Folder of the program. */
  folder: string;
}

/** @throws CouldNotRun, also with the CLI's own message if it could not read the stack at all */
export async function look(input: Look, env: NodeJS.ProcessEnv = process.env): Promise<Findings> {
  const reader = new FindingsReader(exceptionsIn(input.pack.config));
  let whole = false;
  const ended = await followEvents(lookArguments(input), { cwd: input.folder, env }, (event) => {
    reader.take(event);
    whole ||= event.summaryEvent !== undefined;
  });
  const result = reader.result();
  if (result.errors.length > 0) throw new CouldNotRun(result.errors.join("\n"));
  const explained = ended.code === 0 || result.findings.some(({ level }) => level === "mandatory");
  if (!explained || (!whole && ended.code !== 0)) throw new CouldNotRun(lastWords(ended));
  return result;
}

/** The CLI validates the file's format. */
function exceptionsIn(config: string | undefined): Exceptions {
  if (config === undefined) return {};
  let settings: Record<string, unknown>;
  try {
    settings = JSON.parse(readFileSync(config, "utf8")) as Record<string, unknown>;
  } catch (error) {
    throw new CouldNotRun(`${config} cannot be read as JSON: ${(error as Error).message}`, { cause: error });
  }
  return Object.fromEntries(
    Object.entries(settings).map(([rule, own]) => [rule, (own as { exceptions?: Exception[] }).exceptions ?? []]),
  );
}

export function lookArguments({ stack, pack, at, configFile }: Look): string[] {
  return [
    ...(at === "state" ? ["policy", "analyze"] : ["preview"]),
    ...["--json", "--stack", stack],
    ...(at === "preview" && configFile !== undefined ? ["--config-file", configFile] : []),
    ...policyFlags(pack),
  ];
}
