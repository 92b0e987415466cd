/** Settings of the cluster: an existing one, or a new one with its version, its nodes, and its admins. */
import { defaultGrantSeconds } from "@tarmac/components/azure/freshGrants";
import { clusterDefaults, clusterTiers } from "@tarmac/components/cluster";
import { existingKubeconfig } from "@tarmac/components/cluster/existingKubeconfig";
import { kubeloginMethods } from "@tarmac/components/cluster/entraKubeconfig";
import { type LocalDns, localDnsEngines } from "@tarmac/components/localDns";
import type { UserPoolArgs } from "@tarmac/components/cluster/nodePools";
import type { PrincipalType } from "@tarmac/components/azure/builtInRoles";
import {
  defaultChannel,
  type MaintenanceWindow,
  nodeOsChannelProblem,
  nodeOsChannels,
  timeOfDayProblem,
  upgradeChannels,
  upgradeDefaults,
  utcOffsetProblem,
  versionProblem,
  weekDays,
  windowHours,
  type UpgradeChannel,
  type WeekDay,
} from "@tarmac/components/cluster/upgrades";
import { unsupportedVersionProblem } from "@tarmac/validate/aksVersions";
import { allowing, eachProblem, ifGiven } from "@tarmac/validate/valueCheck";
import { objectIdProblem } from "@tarmac/validate/azureNames";
import { systemPoolSizeProblem } from "@tarmac/validate/machineSize";
import { zonesInRegionProblem } from "@tarmac/validate/azureRegions";
import {
  allPoolsProblem,
  mostNodes,
  osDiskSizeProblem,
  poolSizeProblem,
  userPoolProblems,
  zonesProblem,
} from "@tarmac/validate/nodePoolRules";
import {
  choice,
  flag,
  hiddenSecret,
  integer,
  list,
  map,
  oneOf,
  optionalText,
  secretText,
  text,
} from "@tarmac/validate/settingDeclaration";
import { type FindingOf, principalsProblem, range, unusedFindings } from "./allowedValues.ts";
import { metadataSecretProblem } from "./plainSecrets.ts";
import type { ValuesOf } from "./readDeclared.ts";

/** Settings that select an existing cluster. */
const existingClusterSettings = {
  kubeContext: optionalText({
    description:
      "Deploy to an existing cluster: a context of the kubeconfig. The stack then creates no cluster and no identities.",
  }),
  kubeconfig: secretText({
    description: "The kubeconfig of an existing cluster. Default: with kubeContext, the files that kubectl reads.",
    problem: (value) =>
      value.includes("clusters:") || value.includes('"clusters"')
        ? undefined
        : "the value is not a kubeconfig: use the content of the file (YAML with clusters, users, and contexts), not its path",
  }),
  kubeletObjectId: optionalText({
    description:
      "Object id of the kubelet identity of an existing AKS cluster; the stack grants it the right to pull from the registry.",
    problem: allowing("a GUID", (value) =>
      objectIdProblem(value, "az aks show -g GROUP -n CLUSTER --query identityProfile.kubeletidentity.objectId"),
    ),
  }),
  localDns: choice(localDnsEngines, {
    default: "none",
    description:
      "Which implementation enforces network policies on an existing cluster with LocalDNS: cilium (also AKS Automatic) or calico. none: it has no LocalDNS.",
  }),
};

/** Whether the settings define the nodes, or AKS manages them. */
const clusterModes = ["standard", "automatic"] as const;

/** Settings of a cluster that the stack creates. */
const ownClusterSettings = {
  clusterMode: choice(clusterModes, {
    default: "standard",
    description:
      "Who decides about nodes and versions: standard (these settings) or automatic (AKS Automatic; see docs/cluster.md). Changing it replaces the cluster.",
  }),
  kubernetesVersion: optionalText({
    description:
      'Kubernetes version, e.g. "1.36"; patches are automatic. Default: the default version of Azure, which upgradeChannel then moves on.',
    problem: (value) =>
      /^1\.\d{2}(\.\d+)?$/.test(value)
        ? undefined
        : `"${value}" is not a Kubernetes version: use "1.MINOR" or "1.MINOR.PATCH" in quotes, e.g. "1.36"`,
  }),
  clusterTier: choice(clusterTiers, {
    default: clusterDefaults.tier,
    description: "Pricing tier: Free, Standard (uptime SLA), or Premium (with long-term support, which is then on).",
  }),
  nodeSize: text<string>({
    default: "Standard_D4ads_v6",
    description:
      "Virtual machine size of the system pool; Microsoft supports 4 vCPUs and more, and no B series. Cannot be changed later; see docs/cluster.md.",
    problem: systemPoolSizeProblem,
  }),
  nodeCount: integer({
    default: 2,
    description: "Number of nodes in the system pool; with nodeMaxCount, the minimum.",
    problem: range(1, mostNodes),
  }),
  nodeMaxCount: integer({
    default: 0,
    description: "Maximum number of nodes in the system pool, for the cluster autoscaler. 0: no autoscaler.",
    problem: range(0, mostNodes),
  }),
  nodeZones: list({
    default: [],
    description: "Availability zones of the system pool. Default: none.",
    problem: allowing('"1", "2", "3"', zonesProblem),
  }),
  nodeDiskSizeGB: integer({
    default: 0,
    description:
      "Size of the operating system disk of the system pool's nodes, in GiB. 0: AKS's, 128 or more by the size. Cannot be changed later; see docs/cluster.md.",
    problem: allowing("0, or 30 to 2048", (size: number) => (size === 0 ? undefined : osDiskSizeProblem(size))),
  }),
  userPools: map<UserPoolArgs>({
    default: {},
    description:
      "Node pools for workloads, by name: {apps: {vmSize: Standard_D4ads_v6, minCount: 1, maxCount: 5}}; docs/cluster.md lists all properties.",
    problem: (pools) =>
      eachProblem(Object.entries(pools), ([name, pool]) => {
        const problems = userPoolProblems(name, pool);
        return problems.length > 0
          ? problems
          : eachProblem(Object.entries(pool.labels ?? {}), ([label, value]) => metadataSecretProblem(label, value));
      }),
  }),
  localAccounts: flag({
    default: clusterDefaults.localAccounts,
    description: "Less safe: also accept the cluster's admin certificate, which bypasses Entra.",
  }),
  kubelogin: choice(kubeloginMethods, {
    default: clusterDefaults.kubelogin,
    description: "How the kubeconfig signs in with Entra.",
  }),
  clusterAdmins: map<PrincipalType>({
    default: {},
    description: "Who administers the cluster: principal type by object id. Default: the first deployer.",
    problem: principalsProblem,
  }),
  grantSeconds: integer({
    default: defaultGrantSeconds,
    description:
      "Seconds to wait after granting roles before creating the cluster, because AKS rejects a cluster whose roles have not propagated.",
    problem: range(0, 600),
  }),
  upgradeChannel: optionalText({
    description:
      "Automatic upgrades of Kubernetes: none, patch (patches of kubernetesVersion), stable or rapid (also minor versions), or node-image. Default: patch with kubernetesVersion, stable without.",
    problem: oneOf(upgradeChannels),
  }),
  nodeUpgradeChannel: choice(nodeOsChannels, {
    default: upgradeDefaults.nodeOsChannel,
    description: "Automatic upgrades of the operating system of the nodes.",
  }),
  maintenanceDay: optionalText({
    description:
      "Day of the week on which upgrades of Kubernetes may start; AKS's own releases may the day before, node images the day after. Default: any time.",
    problem: oneOf(weekDays),
  }),
  maintenanceStart: text({
    default: "02:00",
    description: "Time of maintenanceDay from which automatic upgrades may start.",
    problem: allowing("HH:MM", timeOfDayProblem),
  }),
  maintenanceHours: integer({
    default: windowHours[0],
    description: "Length of the maintenance window in hours.",
    problem: range(...windowHours),
  }),
  maintenanceUtcOffset: text({
    default: upgradeDefaults.utcOffset,
    description: "UTC offset of maintenanceStart.",
    problem: allowing("+HH:MM or -HH:MM", utcOffsetProblem),
  }),
  azurePolicy: flag({
    default: clusterDefaults.azurePolicy,
    description: "Enforce the Azure policies of the subscription on what runs on the cluster.",
  }),
};

export const clusterSettings = { ...existingClusterSettings, ...ownClusterSettings };

/** The values of these settings. */
type Settings = ValuesOf<typeof clusterSettings> & { location: string };
type Finding = FindingOf<Settings>;

/** Returns whether the stack deploys to an existing cluster and creates none. */
export const onExistingCluster = (s: Pick<Settings, "kubeContext" | "kubeconfig">): boolean =>
  s.kubeContext !== undefined || s.kubeconfig !== undefined;

/** Returns whether the stack creates an AKS Automatic cluster. */
export const isAutomatic = (s: Pick<Settings, "clusterMode" | "kubeContext" | "kubeconfig">): boolean =>
  s.clusterMode === "automatic" && !onExistingCluster(s);

/** The problem with a setting of a new cluster in a stack that creates none. */
export const ofOwnClusterOnly =
  "applies only to a cluster that the stack creates, but kubeContext or kubeconfig selects an existing one: remove one of the two";

/** The problem with a setting of an existing cluster in a stack that creates one. */
export const ofExistingClusterOnly = "applies only to an existing cluster, and the stack creates one: remove this";

/** Returns the problems of the cluster's settings in combination. */
export function clusterProblems(s: Settings): Finding[] {
  if (onExistingCluster(s)) {
    const found = existingKubeconfig(s.kubeContext, s.kubeconfig);
    // If only the stack file is read, the secret kubeconfig is hidden and cannot be checked.
    const problem = "problem" in found && s.kubeconfig !== hiddenSecret ? found.problem : undefined;
    return [
      [s.kubeContext === undefined ? "kubeconfig" : "kubeContext", problem],
      ...unusedFindings(s, ownClusterSettings, ofOwnClusterOnly),
    ];
  }
  const onlyExisting = "applies only to an existing cluster: set kubeContext, or remove this";
  const existing: Finding[] = [
    ["kubeletObjectId", s.kubeletObjectId === undefined ? undefined : onlyExisting],
    ["localDns", s.localDns === existingClusterSettings.localDns.default ? undefined : onlyExisting],
  ];
  // automaticMode.ts refuses everything that AKS decides in this mode.
  if (isAutomatic(s)) return existing;
  return [
    ...existing,
    [
      "kubernetesVersion",
      versionProblem(s.kubernetesVersion, channelOf(s)) ??
        ifGiven(s.kubernetesVersion, (version) => unsupportedVersionProblem(version, s.clusterTier === "Premium")),
    ],
    ["nodeUpgradeChannel", nodeOsChannelProblem(s.nodeUpgradeChannel, channelOf(s))],
    ["nodeMaxCount", s.nodeMaxCount === 0 ? undefined : belowProblem(s)],
    ["userPools", allPoolsProblem([{ count: Math.max(s.nodeCount, s.nodeMaxCount) }, ...Object.values(s.userPools)])],
    ["nodeZones", zonesInRegionProblem(s.nodeZones, s.location)],
    [
      "userPools",
      eachProblem(Object.entries(s.userPools), ([name, { zones = [] }]) => {
        const problem = zonesInRegionProblem(zones, s.location);
        return problem === undefined ? undefined : `zones of pool "${name}": ${problem}`;
      }),
    ],
  ];
}

const channelOf = (s: Settings): UpgradeChannel =>
  (s.upgradeChannel as UpgradeChannel | undefined) ?? defaultChannel(s.kubernetesVersion);

const belowProblem = ({ nodeCount, nodeMaxCount }: Settings) =>
  poolSizeProblem({ minCount: nodeCount, maxCount: nodeMaxCount }, 1) === undefined
    ? undefined
    : `${nodeMaxCount} is less than nodeCount ${nodeCount}: use a larger number, or 0 for no autoscaler`;

/** Returns the settings as arguments of the component. */
export const clusterArgs = (s: Settings) => ({
  kubernetesVersion: s.kubernetesVersion,
  tier: s.clusterTier,
  systemPool: {
    vmSize: s.nodeSize,
    ...(s.nodeMaxCount === 0 ? { count: s.nodeCount } : { minCount: s.nodeCount, maxCount: s.nodeMaxCount }),
    zones: s.nodeZones,
    ...(s.nodeDiskSizeGB > 0 && { osDiskSizeGB: s.nodeDiskSizeGB }),
  },
  userPools: s.userPools,
  localAccounts: s.localAccounts,
  kubelogin: s.kubelogin,
  upgrades: {
    channel: channelOf(s),
    nodeOsChannel: s.nodeUpgradeChannel,
    maintenance: maintenanceOf(s),
  },
  azurePolicy: s.azurePolicy,
});

/**
 * Returns the network policy engine that must let pods query LocalDNS. AKS Automatic always has LocalDNS; a standard
 * cluster with Cilium does not get it by default. https://github.com/Azure/AKS/blob/master/CHANGELOG.md (2026-05-29)
 */
export const localDnsOf = (s: Settings): LocalDns => (isAutomatic(s) ? "cilium" : s.localDns);

/** Returns the settings as arguments of an AKS Automatic cluster. */
export const automaticClusterArgs = (s: Settings) => ({ kubelogin: s.kubelogin, maintenance: maintenanceOf(s) });

const maintenanceOf = (s: Settings): MaintenanceWindow | undefined =>
  s.maintenanceDay === undefined
    ? undefined
    : {
        day: s.maintenanceDay as WeekDay,
        start: s.maintenanceStart,
        hours: s.maintenanceHours,
        utcOffset: s.maintenanceUtcOffset,
      };
