/** Refuses settings that have no effect unless another one is set, because a user who sets one expects an effect. */
import { type FindingOf, unusedFindings } from "./allowedValues.ts";
import { isAutomatic, ofOwnClusterOnly, onExistingCluster } from "./clusterSettings.ts";
import { type Settings, settings } from "./everySetting.ts";

interface Dependent {
  keys: readonly (keyof Settings)[];
  isUsed: (s: Settings) => boolean;
  problem: string;
}

const withoutOwnNetwork = "has no effect without ownNetwork: set ownNetwork to true, or remove this";

/** With existing subnets, ranges are refused together with those. */
const hasRanges = (s: Settings) => s.ownNetwork || s.nodeSubnetId !== undefined;

const { sleepAt, wakeAt, sleepTimeZone } = settings;

/** Settings of a new cluster. A stack with an existing cluster refuses all of them anyway. */
const ofOwnCluster: readonly Dependent[] = [
  {
    keys: ["networkRange", "nodeRange", "privateEndpointRange"],
    isUsed: hasRanges,
    problem: withoutOwnNetwork,
  },
  {
    keys: ["apiServerRange", "systemNodeRange"],
    isUsed: (s) => !isAutomatic(s) || hasRanges(s),
    problem: withoutOwnNetwork,
  },
  {
    keys: ["apiServerRange"],
    isUsed: (s) => isAutomatic(s) || s.apiServerInNetwork || s.nodeSubnetId !== undefined,
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
    keys: ["wakeAt", "sleepTimeZone"],
    isUsed: (s) => s.sleepAt !== undefined || isAutomatic(s),
    problem: 'has no effect without sleepAt: set sleepAt, e.g. to "19:00", or remove this',
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
    return [
      ...unusedFindings(s, { sleepAt, wakeAt, sleepTimeZone }, ofOwnClusterOnly),
      [
        "kubeletObjectId",
        s.kubeletObjectId !== undefined && s.registryServer !== undefined
          ? "has no effect with registryServer, because only an Azure registry grants rights to identities: remove it"
          : undefined,
      ],
    ];
  const asleep: FindingOf<Settings> = [
    "wakeAt",
    s.sleepAt !== undefined && s.wakeAt === s.sleepAt
      ? "is the same time as sleepAt, so the cluster would be stopped and started at once: use a later time, or remove both"
      : undefined,
  ];
  const dependent = ofOwnCluster
    .filter(({ isUsed }) => !isUsed(s))
    .flatMap(({ keys, problem }) => {
      const declared: Record<string, { default: unknown }> = Object.fromEntries(
        keys.map((key) => [key, settings[key]]),
      );
      return unusedFindings<keyof Settings>(s, declared as Record<keyof Settings, { default: unknown }>, problem);
    });
  return [asleep, ...dependent];
}
