/** What is allowed and may still not be what somebody wants: said once in each preview and update. */
import { unknownRegionWarning } from "@tarmac/validate/azureRegions";
import { sizeWarning } from "@tarmac/validate/machineSize";
import { onExistingCluster } from "./clusterSettings.ts";
import type { Settings } from "./everySetting.ts";
import { autoscaleRoomWarning } from "./scheduling.ts";

/** @returns sentences that begin with the setting */
export function settingWarnings(s: Settings): string[] {
  const named = (key: string, warning: string | undefined) => (warning === undefined ? [] : [`${key}: ${warning}`]);
  const room = autoscaleRoomWarning(s);
  return [
    ...named("location", unknownRegionWarning(s.location)),
    ...s.registryReplicas.flatMap((region) => named("registryReplicas", unknownRegionWarning(region))),
    ...(onExistingCluster(s)
      ? []
      : [
          ...named("nodeSize", sizeWarning(s.nodeSize, true)),
          ...Object.entries(s.userPools).flatMap(([name, { vmSize }]) =>
            named("userPools", sizeWarning(vmSize, false)?.replace(/^/, `pool "${name}": `)),
          ),
        ]),
    ...(room === undefined ? [] : [room]),
  ];
}
