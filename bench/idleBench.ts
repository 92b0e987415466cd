/** The time of `pulumi up` with nothing to do, which is the most common kind of update. */
import { ownStack } from "../tests/e2e/ownStack.ts";
import type { Bench, BenchOptions } from "./measure/bench.ts";
import { compare, inTurn, type Result } from "./measure/measure.ts";
import { seconds } from "./measure/seconds.ts";
import { emptyProgram, programFolder, removeProgram } from "./programs/programFolder.ts";

export const idle: Bench = {
  title: "pulumi up with nothing to do, compared with an empty program",
  needsEnvironment: true,
  runs: 5,
  measure,
};

async function measure({ runs, say }: BenchOptions): Promise<Result> {
  const folder = programFolder(emptyProgram);
  const tarmac = await ownStack("bench-idle");
  const empty = await ownStack("bench-empty", {}, folder);
  try {
    say("creating the stack");
    await tarmac.up();
    const [ours, nothing] = await inTurn(
      [
        { what: "tarmac", once: () => seconds(() => tarmac.up({}, "--expect-no-changes")) },
        { what: "an empty program", once: () => seconds(() => empty.up()) },
      ],
      { runs, unit: "s", cpu: true, say },
    );
    return { samples: [ours, nothing], comparisons: [compare(ours, nothing, 1.5)] };
  } finally {
    await tarmac.remove();
    await empty.remove();
    removeProgram(folder);
  }
}
