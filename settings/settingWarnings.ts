/** Warnings about settings that are allowed but may be unintended. Each preview and update shows them once. */
import { freeTierWarning } from "@tarmac/validate/aksRegions";
import { endingVersionWarning } from "@tarmac/validate/aksVersions";
import { unknownRegionWarning } from "@tarmac/validate/azureRegions";
import { sizeWarning } from "@tarmac/validate/machineSize";
import { isAutomatic, onExistingCluster } from "./clusterSettings.ts";
import type { Settings } from "./everySetting.ts";
import { autoscaleRoomWarning } from "./scheduling.ts";

/** @returns sentences that start with the setting's name */
export function settingWarnings(s: Settings, now = new Date()): string[] {
  const named = (key: string, warning: string | undefined) => (warning === undefined ? [] : [`${key}: ${warning}`]);
  const room = autoscaleRoomWarning(s);
  return [
    ...named("location", s.location === "" ? undefined : unknownRegionWarning(s.location)),
    ...s.registryReplicas.flatMap((region) => named("registryReplicas", unknownRegionWarning(region))),
    ...(onExistingCluster(s) || isAutomatic(s)
      ? []
      : [
          ...named(
            "kubernetesVersion",
            s.kubernetesVersion === undefined
              ? undefined
              : endingVersionWarning(s.kubernetesVersion, s.clusterTier === "Premium", now),
          ),
          ...named("clusterTier", s.clusterTier === "Free" ? freeTierWarning(s.location) : undefined),
          ...named("nodeSize", sizeWarning(s.nodeSize, true)),
          ...Object.entries(s.userPools).flatMap(([name, { vmSize }]) =>
            named("userPools", sizeWarning(vmSize, false)?.replace(/^/, `pool "${name}": `)),
          ),
        ]),
    ...named(
      "registryServer",
      s.registryServer !== undefined && /^localhost(:|$)/.test(s.registryServer) && !onExistingCluster(s)
        ? `"${s.registryServer}" is a different machine for each client: the nodes of a cluster in Azure cannot pull from it`
        : undefined,
    ),
    ...(room === undefined ? [] : [room]),
  ];
}
