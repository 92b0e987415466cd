/**
 * Checks a stack whose cluster has the mode "automatic". It refuses each setting that AKS decides in this mode, and
 * says what to do instead.
 */
import { automaticRegionProblem } from "@tarmac/validate/aksRegions";
import { parseQuantity } from "@tarmac/validate/quantity";
import { type FindingOf, isDefault, unusedFindings } from "./allowedValues.ts";
import { isAutomatic, onExistingCluster } from "./clusterSettings.ts";
import { type Settings, settings } from "./everySetting.ts";

type Finding = FindingOf<Settings>;

/**
 * Settings that AKS Automatic decides: what AKS does, and what to do instead. A value equal to AKS's choice is
 * accepted.
 */
const decidedByAks: readonly { keys: readonly (keyof Settings)[]; same?: readonly unknown[]; problem: string }[] = [
  {
    keys: ["nodeSize", "nodeCount", "nodeMaxCount", "nodeZones", "nodeDiskSizeGB"],
    problem:
      "AKS keeps the system nodes, in three zones: remove this; AKS adds nodes for the service according to cpuRequest and memoryRequest of its pods",
  },
  {
    keys: ["userPools"],
    problem:
      "AKS creates nodes by what pods request (node auto-provisioning): remove this; a NodePool on the cluster limits sizes, and spot nodes are a NodePool too (https://learn.microsoft.com/azure/aks/node-auto-provisioning-node-pools)",
  },
  { keys: ["clusterTier"], same: ["Standard"], problem: 'AKS has the tier "Standard" only: remove this' },
  {
    keys: ["kubernetesVersion"],
    problem: "AKS upgrades Kubernetes itself (channel stable): remove this; maintenanceDay sets the day",
  },
  {
    keys: ["upgradeChannel"],
    same: ["stable"],
    problem: 'AKS accepts the channel "stable" only: remove this; maintenanceDay sets the day',
  },
  {
    keys: ["nodeUpgradeChannel"],
    problem: 'AKS accepts the channel "NodeImage" only: remove this; maintenanceDay sets the day',
  },
  {
    keys: ["localAccounts"],
    problem: "AKS has no local accounts: remove this, and set kubelogin to the available sign-in",
  },
  { keys: ["azurePolicy"], same: [true], problem: "AKS always has Azure Policy: remove this" },
  {
    keys: ["sleepAt", "wakeAt", "sleepTimeZone"],
    problem: "AKS stops no cluster with node auto-provisioning: remove this",
  },
];

/** Settings that only AKS Automatic has. */
const ofAutomatic = { systemNodeRange: settings.systemNodeRange, systemNodeSubnetId: settings.systemNodeSubnetId };

/**
 * Minimum requests: AKS's deployment safeguards raise smaller ones.
 * https://learn.microsoft.com/azure/aks/deployment-safeguards#minimum-enforcement
 */
const least = { cpuRequest: "100m", memoryRequest: "100Mi", cpuLimit: "100m", memoryLimit: "100Mi" } as const;

/** Returns the problems of the settings of a stack with an AKS Automatic cluster. */
export function automaticProblems(s: Settings): Finding[] {
  if (onExistingCluster(s)) return [];
  if (!isAutomatic(s))
    return unusedFindings(
      s,
      ofAutomatic,
      'applies only to AKS Automatic: set clusterMode to "automatic", or remove this',
    );
  return [
    ["location", automaticRegionProblem(s.location)],
    ...decidedByAks.flatMap(({ keys, same = [], problem }) =>
      keys.map((key): Finding => [
        key,
        isDefault(settings[key], s[key]) || same.includes(s[key]) ? undefined : inMode(problem),
      ]),
    ),
    ...networkFindings(s),
    ...workloadFindings(s),
  ];
}

const inMode = (problem: string) => `has no effect with clusterMode "automatic": ${problem}`;

function networkFindings(s: Settings): Finding[] {
  if (s.ownNetwork) return [];
  if (s.nodeSubnetId === undefined) {
    return [
      [
        "privateCluster",
        s.privateCluster
          ? 'in clusterMode "automatic" nothing reaches a private API server in a network that AKS creates, because AKS locks that network: set ownNetwork to true, or nodeSubnetId'
          : undefined,
      ],
    ];
  }
  const needed = (key: "apiServerSubnetId" | "systemNodeSubnetId", what: string): Finding => [
    key,
    s[key] === undefined
      ? `is required with nodeSubnetId in clusterMode "automatic": the resource id of ${what} in the same network (https://learn.microsoft.com/azure/aks/automatic/quick-automatic-custom-network)`
      : undefined,
  ];
  return [
    needed("apiServerSubnetId", "a subnet that is delegated to Microsoft.ContainerService/managedClusters"),
    needed("systemNodeSubnetId", "a second subnet, for AKS's own nodes,"),
  ];
}

/**
 * Returns the settings that the deployment safeguards would change or deny, and those that leave the pods without a
 * node.
 */
function workloadFindings(s: Settings): Finding[] {
  const tooSmall = (Object.entries(least) as [keyof typeof least, string][]).map(([key, minimum]): Finding => [
    key,
    (parseQuantity(s[key]) ?? Infinity) < (parseQuantity(minimum) ?? 0)
      ? `"${s[key]}" is less than the deployment safeguards of AKS Automatic allow, which would raise it after each update: use at least "${minimum}"`
      : undefined,
  ]);
  const reserved = Object.keys(s.labels).filter((key) => key.includes("kubernetes.azure.com"));
  const byPool = ["agentpool", "kubernetes.azure.com/agentpool"].filter((key) => key in s.nodeSelector);
  return [
    ...tooSmall,
    [
      "labels",
      reserved.map(
        (key) => `${key}: the deployment safeguards of AKS Automatic reserve kubernetes.azure.com: use another label`,
      ),
    ],
    [
      "nodeSelector",
      byPool.map(
        (key) =>
          `${key} names a node pool, and AKS Automatic has none with a name of yours: select nodes by a label of Karpenter, e.g. {"karpenter.azure.com/sku-family":"D"}`,
      ),
    ],
    [
      "platform",
      s.platform === "linux/arm64" && s.image === undefined && s.nodeSelector["kubernetes.io/arch"] !== "arm64"
        ? 'AKS Automatic creates nodes with x86 processors unless the pods ask for others, so the image would fail with "exec format error": use "linux/amd64", or a NodePool with arm64 and nodeSelector {"kubernetes.io/arch":"arm64"}'
        : undefined,
    ],
  ];
}
