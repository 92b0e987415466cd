/** The time from a changed source file to running pods: `pulumi up` compared with the equivalent commands by hand. */
import { appendFileSync, cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkoutFolder } from "../local/layout.ts";
import { ownStack } from "../tests/e2e/ownStack.ts";
import type { Bench, BenchOptions } from "./measure/bench.ts";
import { compare, inTurn, type Result } from "./measure/measure.ts";
import { seconds } from "./measure/seconds.ts";
import { makeByHand, type ByHand } from "./update/byHand.ts";

export const update: Bench = {
  title: "pulumi up after a source change, compared with docker build, docker push and kubectl by hand",
  needsEnvironment: true,
  runs: 3,
  measure,
};

async function measure({ runs, say }: BenchOptions): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "tarmac-update-"));
  /** A copy of the app per way, so that neither builds from the other's layers in the engine's cache. */
  const contexts = ["by-pulumi", "by-hand"].map((name) => join(folder, name)) as [string, string];
  for (const context of contexts) cpSync(join(checkoutFolder, "app"), context, { recursive: true });
  const change = (context: string, run: number) =>
    appendFileSync(join(context, "src", "main.ts"), `log.info(${JSON.stringify(`${context} ${run}`)});\n`);

  const stack = await ownStack("bench-update", { context: contexts[0] });
  let byHand: ByHand | undefined;
  try {
    say("creating the stack, and the same Deployment by hand");
    await stack.up();
    const { namespaceName = "", loginServer = "" } = await stack.outputs();
    const hand = (byHand = await makeByHand(stack.name, namespaceName, loginServer));
    const [pulumi, typed] = await inTurn(
      [
        {
          what: "pulumi up",
          once: (run) => {
            change(contexts[0], run);
            return seconds(() => stack.up());
          },
        },
        {
          what: "by hand",
          once: (run) => {
            change(contexts[1], run);
            return seconds(() => hand.update(contexts[1], `change-${run}`));
          },
        },
      ],
      { runs, unit: "s", say },
    );
    return { samples: [pulumi, typed], comparisons: [compare(pulumi, typed, 1.15)] };
  } finally {
    await byHand?.remove();
    await stack.remove();
    rmSync(folder, { recursive: true });
  }
}
