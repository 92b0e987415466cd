/** Passes sandbox news on as an output of the workflow step. The job that may write to pull requests reads it. */
import type { Power } from "../azure/clusterPower.ts";
import { setOutput, workflowRun } from "../github/workflow.ts";
import { maskAll, masker } from "../report/mask.ts";
import { stateOf } from "../pulumi/stackState.ts";
import type { Context } from "./context.ts";
import type { Down } from "./sandboxDown.ts";
import type { Sandbox } from "./listSandboxes.ts";
import { nodeUse } from "./nodeUse.ts";
import type { Reaping } from "./reap.ts";
import { newsLine, type SandboxNews } from "./sandboxNews.ts";
import type { Made } from "./sandboxUp.ts";

/** Does nothing outside a workflow. @param news is only called in a workflow */
export async function tellNews(
  news: () => Promise<readonly SandboxNews[]> | readonly SandboxNews[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  const { outputFile } = workflowRun(env);
  if (outputFile !== undefined) setOutput(outputFile, "news", newsLine(maskAll([...(await news())], masker(env))));
}

/** News of a sandbox that was created or updated. */
export async function newsOfMade(
  { cli, now }: Context,
  { stack, reference, expires, outputs }: Made,
  owner: string,
): Promise<SandboxNews> {
  const { deployment } = await stateOf(cli, reference);
  const { url, reach } = outputs;
  return {
    ...{ stack, state: "up", at: now().toISOString(), owner, expires },
    // Otherwise the address is only valid inside the cluster.
    ...(typeof url === "string" && typeof reach === "string" && reach.startsWith("curl ") ? { url } : {}),
    ...(typeof reach === "string" ? { reach } : {}),
    nodes: nodeUse(deployment?.resources ?? []),
  };
}

/** News of a sandbox that was taken down, or should have been. */
export function newsOfDown(stack: string, result: Down | { failed: string }, now: Date): SandboxNews {
  const left = "failed" in result ? [result.failed] : result.left;
  const gone = left.length === 0;
  return { stack, state: gone ? "gone" : "left", at: now.toISOString(), ...(gone ? {} : { reason: left.join("\n") }) };
}

/** News of a sandbox that has not expired. */
export function newsOfAlive(
  { stack, owner, expires }: Sandbox,
  powers: ReadonlyMap<string, Power>,
  now: Date,
): SandboxNews {
  return {
    ...{ stack, state: powers.get(stack) === "stopped" ? "asleep" : "up", at: now.toISOString(), owner },
    ...(expires === undefined ? {} : { expires: expires.toISOString().replace(/\.000Z$/, "Z") }),
  };
}

export const newsOfReaping = (
  { reaped, kept }: Reaping,
  powers: ReadonlyMap<string, Power>,
  now: Date,
): SandboxNews[] => [
  ...reaped.flatMap(({ stack, result }) => (result === undefined ? [] : [newsOfDown(stack, result, now)])),
  ...kept.map((sandbox) => newsOfAlive(sandbox, powers, now)),
];
