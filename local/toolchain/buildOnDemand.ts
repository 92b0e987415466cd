/** Tools that the environment does not need. The first command that needs one builds it into the cache. */
import { binaryOf, buildTools, goProblem, isBuilt } from "./goBuild.ts";
import type { Tool } from "./tools.ts";

/** @returns the path of the tool's binary @throws Error when Go is missing or the build fails */
export async function buildOnDemand(tool: Tool): Promise<string> {
  if (!isBuilt(tool)) {
    const problem = goProblem();
    if (problem !== undefined) throw new Error(problem);
    await buildTools([tool]);
  }
  return binaryOf(tool);
}
