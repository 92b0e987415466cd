/** Refuses settings that have no effect unless another one is set, because a user who sets one expects an effect. */
import { type FindingOf, unusedFindings } from "./allowedValues.ts";
import { isAutomatic, onExistingCluster } from "./clusterSettings.ts";
import { type Settings, settings } from "./everySetting.ts";

interface Dependent {
  keys: readonly (keyof Settings)[];
  isUsed: (s: Settings) => boolean;
  problem: string;
}

/** Settings of a new cluster. A stack with an existing cluster refuses all of them anyway. */
const ofOwnCluster: readonly Dependent[] = [
  {
    keys: ["networkRange", "nodeRange", "privateEndpointRange"],
    // With existing subnets, these settings are refused together with those.
    isUsed: (s) => s.ownNetwork || s.nodeSubnetId !== undefined,
    problem: "has no effect without ownNetwork: set ownNetwork to true, or remove this",
  },
  {
    keys: ["apiServerRange"],
    isUsed: (s) => s.apiServerInNetwork || s.nodeSubnetId !== undefined || (isAutomatic(s) && s.ownNetwork),
    problem: "has no effect without apiServerInNetwork: set apiServerInNetwork to true, or remove this",
  },
  {
    keys: ["maintenanceStart", "maintenanceHours", "maintenanceUtcOffset"],
    isUsed: (s) => s.maintenanceDay !== undefined,
    problem: 'has no effect without maintenanceDay: set maintenanceDay, e.g. to "Sunday", or remove this',
  },
  {
    keys: ["maintenanceDay"],
    isUsed: (s) => s.upgradeChannel !== "none" || s.nodeUpgradeChannel !== "None",
    problem: "has no effect, because no upgrade is automatic: set upgradeChannel or nodeUpgradeChannel, or remove this",
  },
  {
    keys: ["kubelogin"],
    isUsed: (s) => !s.localAccounts,
    problem:
      "has no effect with localAccounts, because the kubeconfig then has the admin certificate: set localAccounts to false, or remove this",
  },
];

export function noEffectProblems(s: Settings): FindingOf<Settings>[] {
  if (onExistingCluster(s))
    return s.kubeletObjectId !== undefined && s.registryServer !== undefined
      ? [
          [
            "kubeletObjectId",
            "has no effect with registryServer, because only an Azure registry grants rights to identities: remove it",
          ],
        ]
      : [];
  return ofOwnCluster
    .filter(({ isUsed }) => !isUsed(s))
    .flatMap(({ keys, problem }) => {
      const declared: Record<string, { default: unknown }> = Object.fromEntries(
        keys.map((key) => [key, settings[key]]),
      );
      return unusedFindings<keyof Settings>(s, declared as Record<keyof Settings, { default: unknown }>, problem);
    });
}
