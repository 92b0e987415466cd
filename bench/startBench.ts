/** The start time of the stack's program, which every preview and every update waits for. */
import { randomUUID } from "node:crypto";
import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { checkoutFolder } from "../local/layout.ts";
import type { Bench, BenchOptions } from "./measure/bench.ts";
import { compare, inTurn, type Result } from "./measure/measure.ts";
import { emptyProgram, programFolder, removeProgram, templateProgram } from "./programs/programFolder.ts";
import { millisecondsToFirstRegistration, type Program } from "./start/firstRegistration.ts";

export const start: Bench = {
  title: "program start to the first registration, compared with an empty program and the default template",
  needsEnvironment: false,
  runs: 7,
  measure,
};

async function measure({ runs, say }: BenchOptions): Promise<Result> {
  const tarmac = { folder: checkoutFolder, project: "tarmac", tsNode: false, ...ownProject() };
  const empty = { folder: programFolder(emptyProgram), project: "empty", tsNode: false, nodeArgs: [], config: {} };
  const template = { ...empty, folder: programFolder(templateProgram), project: "template", tsNode: true };
  const time = async (run: number, program: Omit<Program, "toItsEnd">) =>
    // The first run does not count. It runs to its end and so fills the caches for the next runs.
    (await millisecondsToFirstRegistration({ ...program, toItsEnd: run === 0 })) / 1000;
  try {
    const samples = await inTurn(
      [
        { what: "tarmac", once: (run) => time(run, tarmac) },
        { what: "an empty program", once: (run) => time(run, empty) },
        {
          what: "the default template, changed",
          // ts-node caches its work for unchanged sources; in CI, the sources always change.
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

/** Node's arguments and the settings' defaults from the project file, as the engine passes them to the program. */
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
