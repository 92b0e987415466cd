/** How soon the stack's program begins, which every preview and every update waits for. */
import { randomUUID } from "node:crypto";
import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { checkoutFolder } from "../local/settings.ts";
import type { Bench, BenchOptions } from "./measure/bench.ts";
import { compare, inTurn, type Result } from "./measure/measure.ts";
import { emptyProgram, programFolder, removeProgram, templateProgram } from "./programs/programFolder.ts";
import { millisecondsToFirstRegistration, type Program } from "./start/firstRegistration.ts";

export const start: Bench = {
  title: "program start to its first registration, against an empty program and the default template",
  needsEnvironment: false,
  runs: 7,
  measure,
};

async function measure({ runs, say }: BenchOptions): Promise<Result> {
  const tarmac = { folder: checkoutFolder, project: "tarmac", tsNode: false, ...ownProject() };
  const empty = { folder: programFolder(emptyProgram), project: "empty", tsNode: false, nodeArgs: [], config: {} };
  const template = { ...empty, folder: programFolder(templateProgram), project: "template", tsNode: true };
  const time = async (run: number, program: Omit<Program, "toItsEnd">) =>
    // The first run, which does not count, goes to its end and so fills the caches that the next ones find.
    (await millisecondsToFirstRegistration({ ...program, toItsEnd: run === 0 })) / 1000;
  try {
    const samples = await inTurn(
      [
        { what: "tarmac", once: (run) => time(run, tarmac) },
        { what: "an empty program", once: (run) => time(run, empty) },
        {
          what: "the default template, changed",
          // Type check and translation are kept for sources that did not change; CI has always others.
          once: (run) => {
            appendFileSync(join(template.folder, "index.ts"), `// ${randomUUID()}\n`);
            return time(run, template);
          },
        },
        { what: "the default template, unchanged", once: (run) => time(run, template) },
      ],
      { runs, unit: "s", cpu: true, say },
    );
    const [ours, nothing, changed, unchanged] = samples;
    return {
      samples: [...samples],
      comparisons: [compare(ours, nothing, 1.3), compare(ours, changed, 1), compare(ours, unchanged)],
    };
  } finally {
    removeProgram(empty.folder);
    removeProgram(template.folder);
  }
}

/** What the project file says: Node's arguments, and each setting's default, as the engine hands them to the program. */
function ownProject(): Pick<Program, "nodeArgs" | "config"> {
  const { config, runtime } = parse(readFileSync(join(checkoutFolder, "Pulumi.yaml"), "utf8")) as {
    config: Record<string, { default?: unknown }>;
    runtime: { options: { nodeargs: string } };
  };
  const given = Object.entries(config).filter(([, { default: value }]) => value !== undefined);
  const text = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
  return {
    nodeArgs: runtime.options.nodeargs.split(" "),
    config: Object.fromEntries(given.map(([key, { default: value }]) => [`tarmac:${key}`, text(value)])),
  };
}
