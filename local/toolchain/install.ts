/** Finds out what is missing on this machine, announces all of it, and then installs it. */
import { step } from "../progress.ts";
import { cacheFolder } from "../layout.ts";
import { downloadGatewayDefinitions, gatewayApiVersion, hasGatewayDefinitions } from "./gatewayApi.ts";
import { buildTools, isBuilt, linkProgram, linkTool } from "./goBuild.ts";
import { programOnPath } from "./onPath.ts";
import { canInstallPackages, installPackages, missingPackages } from "./packages.ts";
import { tools, toolVersion, type Tool } from "./tools.ts";

export interface InstallPlan {
  /** Debian packages to install on the system. */
  packages: string[];
  /** Tools to build into the cache. */
  builds: Tool[];
  /** Programs on PATH that the environment can use: name and absolute path. */
  found: { program: string; path: string }[];
}

/** Finds out what is missing, without changing anything. */
export function installPlan(): InstallPlan {
  const found: InstallPlan["found"] = [];
  const builds: Tool[] = [];
  for (const tool of tools) {
    if (isBuilt(tool)) continue;
    const onPath = tool.programs.map((program) => ({ program, path: programOnPath(tool, program) }));
    if (
      onPath.length > 0 &&
      onPath.every((entry): entry is { program: string; path: string } => entry.path !== undefined)
    )
      found.push(...onPath);
    else builds.push(tool);
  }
  return { packages: missingPackages(), builds, found };
}

/** The plan for people; `undefined` when nothing is missing. */
export function announcement({ packages, builds }: InstallPlan): string | undefined {
  if (packages.length === 0 && builds.length === 0) return undefined;
  const lines = ["To run here, tarmac needs:"];
  if (packages.length > 0) {
    lines.push(
      `  - Debian packages, installed on this system (no service of theirs is started): ${packages.join(", ")}`,
    );
  }
  for (const tool of builds) {
    lines.push(
      `  - ${tool.title} ${toolVersion(tool)}, built from Go modules into ${cacheFolder} (about ${tool.buildMinutes} min)`,
    );
  }
  return lines.join("\n");
}

/** Carries the plan out. @throws Error with the output of what failed */
export async function install(plan: InstallPlan): Promise<void> {
  if (plan.packages.length > 0) {
    if (!canInstallPackages()) {
      throw new Error(
        `this system has no apt-get: install what the Debian packages ${plan.packages.join(", ")} contain, and start again`,
      );
    }
    await step("Debian packages", (report) => installPackages(plan.packages, report));
  }
  if (plan.builds.length > 0) await buildTools(plan.builds);
  if (!hasGatewayDefinitions())
    await step(`Downloading the Gateway API ${gatewayApiVersion}`, () => downloadGatewayDefinitions());
  for (const tool of tools) if (isBuilt(tool)) linkTool(tool);
  for (const { program, path } of plan.found) linkProgram(program, path);
}
