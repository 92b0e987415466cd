/** Refuses settings that a build in the registry (`buildWith: acr`) cannot keep. */
import { taskArgProblem } from "@tarmac/components/registry/registryBuild";
import type { FindingOf } from "./allowedValues.ts";
import type { Settings } from "./everySetting.ts";

export function registryBuildProblems(s: Settings): FindingOf<Settings>[] {
  if (s.buildWith !== "acr") return [];
  return [
    [
      "buildWith",
      s.registryServer === undefined
        ? undefined
        : '"acr" needs an Azure registry, and registryServer selects another one: set it to "docker", or remove registryServer',
    ],
    [
      "buildWith",
      s.registryPublicAccess && s.registryAllowedRanges.length === 0
        ? undefined
        : '"acr" builds on machines outside your network, which registryPublicAccess or registryAllowedRanges shuts out: set it to "docker"',
    ],
    [
      "buildOnPreview",
      s.buildOnPreview
        ? 'applies only to buildWith "docker", because the registry builds only in updates: set it to false'
        : undefined,
    ],
    ...Object.entries(s.buildArgs).map(([name, value]): FindingOf<Settings> => {
      const problem = taskArgProblem(value);
      return ["buildArgs", problem && `${name}: ${problem}`];
    }),
  ];
}
