/** Tools that the environment does not need. The first command that needs one builds it into the cache. */
import { buildTools, goProblem, isBuilt } from "./goBuild.ts";
import type { Tool } from "./tools.ts";

/** Builds those that are missing, together. `binaryOf` says where they are. @throws Error when Go is missing or a build fails */
export async function buildOnDemand(...tools: Tool[]): Promise<void> {
  const missing = tools.filter((tool) => !isBuilt(tool));
  if (missing.length === 0) return;
  const problem = goProblem();
  if (problem !== undefined) throw new Error(problem);
  await buildTools(missing);
}
