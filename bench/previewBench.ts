/** The time that each further workload adds to a preview: tarmac's component compared with plain resources. */
import { followEvents, lastWords } from "../ops/pulumi/engineEvents.ts";
import { stackEnvironment } from "../local/stack/stack.ts";
import { ownStack, type OwnStack } from "../tests/e2e/ownStack.ts";
import type { Bench, BenchOptions } from "./measure/bench.ts";
import { compare, inTurn, type Result } from "./measure/measure.ts";
import { seconds } from "./measure/seconds.ts";
import { componentProgram, plainProgram, type Registered } from "./preview/workloadPrograms.ts";
import { programFolder, removeProgram } from "./programs/programFolder.ts";

export const preview: Bench = {
  title: "the time that each of 50 workloads adds to a preview, compared with plain resources with the same inputs",
  needsEnvironment: true,
  runs: 3,
  measure,
};

const most = 50;

async function measure({ runs, say }: BenchOptions): Promise<Result> {
  const folders: string[] = [];
  const stacks: OwnStack[] = [];
  const make = async (files: Parameters<typeof programFolder>[0]) => {
    const folder = programFolder(files);
    folders.push(folder);
    const stack = await ownStack(`bench-${files.name}`, {}, folder);
    stacks.push(stack);
    return { folder, stack };
  };
  try {
    const components = await make(componentProgram);
    const resources = await registeredBy(components.stack, components.folder);
    say(`a workload has ${resources.length} resources and a component`);
    const plain = await make(plainProgram(resources));
    const slope = async (stack: OwnStack) => {
      const one = await seconds(() => stack.preview({ count: "1" }));
      const many = await seconds(() => stack.preview({ count: String(most) }));
      return ((many - one) / (most - 1)) * 1000;
    };
    const [ours, theirs] = await inTurn(
      [
        { what: "a workload of tarmac", once: () => slope(components.stack) },
        { what: "as many plain resources", once: () => slope(plain.stack) },
      ],
      { runs, unit: "ms", cpu: true, warmUps: 0, say },
    );
    return { samples: [ours, theirs], comparisons: [compare(ours, theirs, 1.2)] };
  } finally {
    for (const stack of stacks) await stack.remove();
    folders.forEach(removeProgram);
  }
}

/** The resources that one workload registers, with the inputs that reach the engine. */
async function registeredBy(stack: OwnStack, folder: string): Promise<Registered[]> {
  const file = await stack.writeSettings({ count: "1" });
  const found: Registered[] = [];
  const ended = await followEvents(
    ["preview", "--json", "--stack", stack.name, "--config-file", file],
    { cwd: folder, env: stackEnvironment() },
    ({ resourcePreEvent }) => {
      const { urn = "", type = "", new: state } = resourcePreEvent?.metadata ?? {};
      if (!type.startsWith("kubernetes:") || state === undefined) return;
      found.push({ type, name: urn.split("::").at(-1) ?? "", inputs: state.inputs as object });
    },
  );
  if (ended.code !== 0 || found.length === 0) throw new Error(`the preview failed: ${lastWords(ended)}`);
  return found;
}
