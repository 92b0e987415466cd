/**
 * Checks whether the pods can run: which pools they may use, whether those pools have nodes of the image's
 * architecture, and whether the nodes have room. Unknown machine sizes count as large enough.
 */
import type { UserPoolArgs } from "@tarmac/components/cluster/nodePools";
import { machineSize, type MachineSize } from "@tarmac/validate/machineSize";
import { allocatableCpus, allocatableMemory, podsOn } from "@tarmac/validate/nodeCapacity";
import { spotMark, systemPoolName } from "@tarmac/validate/nodePoolRules";
import { parseQuantity } from "@tarmac/validate/quantity";
import type { FindingOf } from "./allowedValues.ts";
import { isAutomatic, onExistingCluster } from "./clusterSettings.ts";
import type { Settings } from "./everySetting.ts";

type Finding = FindingOf<Settings>;

interface Pool {
  name: string;
  vmSize: string;
  machine: MachineSize | undefined;
  /** Maximum number of nodes. */
  nodes: number;
  maxPods?: number;
  /** Disk size in GiB, if the pool sets it. */
  diskGiB?: number;
  zones: readonly string[];
  taints: readonly string[];
  /** Labels known before the nodes exist. */
  labels: Readonly<Record<string, string>>;
}

/** If there are user pools, workloads stay off the nodes that run the cluster's DNS. */
const systemTaint = "CriticalAddonsOnly=true:NoSchedule";

function poolsOf(s: Settings): Pool[] {
  const userPools = Object.entries(s.userPools);
  const system: UserPoolArgs = {
    vmSize: s.nodeSize,
    count: s.nodeMaxCount === 0 ? s.nodeCount : s.nodeMaxCount,
    zones: s.nodeZones,
    ...(s.nodeDiskSizeGB > 0 && { osDiskSizeGB: s.nodeDiskSizeGB }),
    taints: userPools.length === 0 ? [] : [systemTaint],
  };
  return [[systemPoolName, system] as const, ...userPools].map(([name, pool]) => {
    const machine = machineSize(pool.vmSize);
    return {
      name,
      vmSize: pool.vmSize,
      machine,
      nodes: pool.maxCount ?? pool.count ?? 0,
      maxPods: pool.maxPods,
      diskGiB: pool.osDiskSizeGB,
      zones: pool.zones ?? [],
      taints: [...(pool.taints ?? []), ...(pool.spot === true ? [`${spotMark}=spot:NoSchedule`] : [])],
      labels: {
        ...pool.labels,
        ...(pool.spot === true && { [spotMark]: "spot" }),
        "kubernetes.azure.com/agentpool": name,
        agentpool: name,
        "kubernetes.azure.com/mode": name === systemPoolName ? "system" : "user",
        "kubernetes.io/os": "linux",
        "node.kubernetes.io/instance-type": pool.vmSize,
        "topology.kubernetes.io/region": s.location,
        "beta.kubernetes.io/os": "linux",
        "beta.kubernetes.io/instance-type": pool.vmSize,
        "failure-domain.beta.kubernetes.io/region": s.location,
        ...(machine !== undefined && {
          "kubernetes.io/arch": machine.architecture,
          "beta.kubernetes.io/arch": machine.architecture,
        }),
      },
    };
  });
}

/** Matches labels that Kubernetes and AKS set on nodes. Their values are unknown before the nodes exist. */
const isOfCluster = (label: string) => /(^|\.)(kubernetes|k8s)\.io\/|(^|\.)azure\.com\/|^storage/.test(label);

/** Returns the labels of the selector that a pool's nodes do not have. */
const missingLabels = (pool: Pool, selector: Readonly<Record<string, string>>) =>
  Object.entries(selector).filter(([label, value]) => !hasLabel(pool, label, value));

function hasLabel({ labels, zones }: Pool, label: string, value: string): boolean {
  // Only spot nodes have this label. A node's zone is one of its pool's zones: REGION-ZONE.
  if (label === spotMark) return labels[label] === value;
  if (/^(topology|failure-domain\.beta)\.kubernetes\.io\/zone$/.test(label))
    return zones.length === 0 ? value === "0" : zones.some((zone) => value.endsWith(`-${zone}`));
  return (labels[label] ?? (isOfCluster(label) ? value : undefined)) === value;
}

const parts = (taint: string) => /^([^=:]+)(?:=([^:]*))?:(\w+)$/.exec(taint)?.slice(1) ?? [];

/** Returns the taints of a pool that the pods do not tolerate. */
function untolerated(pool: Pool, tolerations: readonly string[]): string[] {
  return pool.taints.filter((taint) => {
    const [key, value = "", effect] = parts(taint);
    if (effect === "PreferNoSchedule") return false;
    return !tolerations.some((toleration) => {
      const [itsKey, itsValue, itsEffect] = parts(toleration);
      return itsKey === key && itsEffect === effect && (itsValue === undefined || itsValue === value);
    });
  });
}

/** Returns the problems of scheduling the pods on a new cluster. */
export function schedulingProblems(s: Settings): Finding[] {
  // AKS Automatic creates nodes to fit the pods.
  if (onExistingCluster(s) || isAutomatic(s)) return [];
  if ("kubernetes.io/hostname" in s.nodeSelector)
    return [
      [
        "nodeSelector",
        `kubernetes.io/hostname names one node, and AKS replaces nodes under new names, so the pods would stay Pending: select a pool, e.g. {"kubernetes.azure.com/agentpool":"${poolsOf(s).at(-1)?.name}"}`,
      ],
    ];
  const pools = poolsOf(s);
  const selected = pools.filter((pool) => missingLabels(pool, s.nodeSelector).length === 0);
  if (selected.length === 0) return [["nodeSelector", nowhereProblem(s, pools)]];
  const open = selected.filter((pool) => untolerated(pool, s.tolerations).length === 0);
  const usable = open.filter(({ nodes }) => nodes > 0);
  if (usable.length === 0) return [["userPools", noNodesProblem(s, selected, open)]];
  return [...architectureProblems(s, usable), ...zoneProblems(s, usable), ...roomProblems(s, usable)];
}

const quoted = (names: readonly string[]) => names.map((name) => `"${name}"`).join(", ");

function nowhereProblem({ nodeSelector }: Settings, pools: readonly Pool[]): string {
  const wanted = Object.entries(nodeSelector)
    .map(([label, value]) => `${label}=${value}`)
    .join(", ");
  return `no node pool has ${wanted}, so the pods would stay Pending; the pools are ${quoted(pools.map(({ name }) => name))}: add the label to one of userPools, or select another, e.g. {"kubernetes.azure.com/agentpool":"${pools.at(-1)?.name}"}`;
}

function noNodesProblem(s: Settings, selected: readonly Pool[], open: readonly Pool[]): string {
  const pending = "the pods would stay Pending";
  if (open.length > 0)
    return `${quoted(open.map(({ name }) => name))} may run the pods, but has 0 nodes, so ${pending}: use a count of at least 1, or minCount and maxCount`;
  const user = selected.filter(({ name }) => name !== systemPoolName);
  const [first = selected[0]] = user;
  const taints = first === undefined ? [] : untolerated(first, s.tolerations);
  const kept = (user.length > 0 ? user : selected).map(
    (pool) => `"${pool.name}" has the taint ${quoted(untolerated(pool, s.tolerations))}`,
  );
  return `${kept.join(", ")}, which the pods do not tolerate, so ${pending}: add a pool without taints, or set tolerations to ${JSON.stringify([...s.tolerations, ...taints])}`;
}

function architectureProblems(s: Settings, pools: readonly Pool[]): Finding[] {
  // The architecture of an existing image is unknown here.
  if (s.image !== undefined) return [];
  const wanted = s.platform === "linux/arm64" ? "arm64" : "amd64";
  return pools.flatMap((pool): Finding[] => {
    if (pool.machine === undefined || pool.machine.architecture === wanted) return [];
    const [has, platform] =
      pool.machine.architecture === "arm64" ? ["Arm processors", "linux/arm64"] : ["x86 processors", "linux/amd64"];
    const others =
      pools.length > 1 ? `, or keep the pods off it with nodeSelector {"kubernetes.io/arch":"${wanted}"}` : "";
    const what = pool.name === systemPoolName ? `"${pool.vmSize}"` : `pool "${pool.name}": "${pool.vmSize}"`;
    return [
      [
        pool.name === systemPoolName ? "nodeSize" : "userPools",
        `${what} has ${has}, and the image is built for ${s.platform} (platform), so it would fail with "exec format error": set platform to "${platform}", or use another size${others}`,
      ],
    ];
  });
}

const zoneProblems = (s: Settings, pools: readonly Pool[]): Finding[] => [
  [
    "zoneSpread",
    s.zoneSpread === "required" && new Set(pools.flatMap(({ zones }) => zones)).size < 2
      ? `"required" has no effect, because the nodes of the pods are in ${pools.every(({ zones }) => zones.length === 0) ? "no zones" : "one zone"}: set ${pools.every(({ name }) => name === systemPoolName) ? "nodeZones" : "zones of a user pool"}, e.g. to ["1", "2", "3"], or use "preferred"`
      : undefined,
  ],
];

const gibibyte = 2 ** 30;
/** Formats an amount of memory in Mi, rounded down. */
const inMebibytes = (bytes: number) => `${Math.floor(bytes / 2 ** 20)}Mi`;

function roomProblems(s: Settings, pools: readonly Pool[]): Finding[] {
  const sizes = pools.map(({ vmSize }) => vmSize);
  const onSizes = `the largest of the pods' nodes (${[...new Set(sizes)].join(", ")})`;
  const most = (of: (machine: MachineSize, pool: Pool) => number | undefined) =>
    pools.reduce((greatest, pool) => {
      const amount = pool.machine === undefined ? undefined : of(pool.machine, pool);
      return Math.max(greatest, amount ?? Infinity);
    }, 0);
  const [cpu, memory] = [parseQuantity(s.cpuRequest) ?? 0, parseQuantity(s.memoryRequest) ?? 0];
  const [cpuLimit, memoryLimit] = [parseQuantity(s.cpuLimit) ?? 0, parseQuantity(s.memoryLimit) ?? 0];
  const freeCpus = most(({ cpus }) => (cpus === undefined ? undefined : allocatableCpus(cpus)));
  const freeMemory = most((machine, pool) =>
    machine.memory === undefined ? undefined : allocatableMemory(machine.memory, pool.maxPods),
  );
  const cpus = most((machine) => machine.cpus);
  const total = most((machine) => (machine.memory === undefined ? undefined : machine.memory * gibibyte));
  const meant = (text: string) => (/^\d+$/.test(text) && Number(text) >= 10 ? `; did you mean "${text}m"?` : "");
  const tooLarge: Finding[] = [
    [
      "cpuRequest",
      cpu > freeCpus
        ? `"${s.cpuRequest}" is more than ${onSizes} leaves to pods, ${Math.floor(freeCpus * 1000)}m, so they would stay Pending (Insufficient cpu): use less, or a larger size${meant(s.cpuRequest)}`
        : undefined,
    ],
    [
      "memoryRequest",
      memory > freeMemory
        ? `"${s.memoryRequest}" is more than ${onSizes} leaves to pods, ${inMebibytes(freeMemory)}, so they would stay Pending (Insufficient memory): use less, or a larger size`
        : undefined,
    ],
    [
      "cpuLimit",
      cpu <= freeCpus && cpuLimit > cpus && meant(s.cpuLimit) !== ""
        ? `"${s.cpuLimit}" is more CPUs than ${onSizes} has, ${cpus}: use less${meant(s.cpuLimit)}`
        : undefined,
    ],
    [
      "memoryLimit",
      memory <= freeMemory && memoryLimit > total
        ? `"${s.memoryLimit}" is more than ${onSizes} has, ${inMebibytes(total)}, so the node would run out of memory first: use less, or a larger size`
        : undefined,
    ],
  ];
  tooLarge.push(...diskProblems(s, pools));
  return tooLarge.some(([, problem]) => problem !== undefined) ? tooLarge : numberProblems(s, pools, { cpu, memory });
}

/**
 * Default disk size of a node in GiB, by the minimum number of vCPUs.
 * https://learn.microsoft.com/azure/aks/concepts-storage#default-os-disk-sizing
 */
const defaultDisks = [
  [64, 1024],
  [16, 512],
  [8, 256],
  [1, 128],
] as const;

/** Returns the problems of folders on disk that no node has room for. */
function diskProblems(s: Settings, pools: readonly Pool[]): Finding[] {
  const sizes = Object.values(s.writablePaths).map((path) =>
    typeof path === "string" ? { size: path, memory: false } : path,
  );
  const onDisk = sizes
    .filter(({ memory }) => memory !== true)
    .reduce((sum, { size }) => sum + (parseQuantity(size) ?? 0), 0);
  const tmp = parseQuantity(s.tmpSize) ?? 0;
  const largest = Math.max(
    ...pools.map(
      ({ diskGiB, machine }) =>
        diskGiB ?? defaultDisks.find(([from]) => (machine?.cpus ?? 64) >= from)?.[1] ?? Infinity,
    ),
  );
  if (tmp + onDisk <= largest * gibibyte) return [];
  return [
    [
      tmp >= onDisk ? "tmpSize" : "writablePaths",
      `the folders on disk (${inMebibytes(tmp + onDisk)} in total) are larger than the disk of the pods' nodes, ${largest}Gi, so the pods would be evicted: make them smaller, or set nodeDiskSizeGB, or osDiskSizeGB of a user pool`,
    ],
  ];
}

/** Number of pods that an update adds before it removes one. */
const surge = 1;

/** Returns the maximum number of pods that fit on all nodes. */
const roomOn = (pools: readonly Pool[], demand: { cpu: number; memory: number }) =>
  pools.reduce(
    (sum, { machine, nodes, maxPods }) =>
      sum + (machine === undefined ? Infinity : (podsOn(machine, demand, maxPods) ?? Infinity) * nodes),
    0,
  );

function numberProblems(s: Settings, pools: readonly Pool[], demand: { cpu: number; memory: number }): Finding[] {
  const room = roomOn(pools, demand);
  const { min } = s.autoscale as { min?: number };
  const pods = min ?? s.replicas;
  if (pods + surge <= room) return [];
  const nodes = pools.reduce((sum, pool) => sum + pool.nodes, 0);
  return [
    [
      min === undefined ? "replicas" : "autoscale",
      `${pods} pods and the one that an update adds do not fit: ${nodes} node${nodes === 1 ? "" : "s"} of ${quoted(pools.map(({ name }) => name))} ${nodes === 1 ? "has" : "have"} room for ${room} with cpuRequest "${s.cpuRequest}" and memoryRequest "${s.memoryRequest}": use fewer pods, smaller requests, or more nodes`,
    ],
  ];
}

/** Returns a warning about an autoscaler whose maximum number of pods does not fit. */
export function autoscaleRoomWarning(s: Settings): string | undefined {
  const { max } = s.autoscale as { max?: number };
  if (max === undefined || onExistingCluster(s) || isAutomatic(s)) return undefined;
  const pools = poolsOf(s).filter(
    (pool) => missingLabels(pool, s.nodeSelector).length + untolerated(pool, s.tolerations).length === 0,
  );
  const room = roomOn(pools, { cpu: parseQuantity(s.cpuRequest) ?? 0, memory: parseQuantity(s.memoryRequest) ?? 0 });
  return max <= room
    ? undefined
    : `autoscale: ${room} of at most ${max} pods fit on the nodes; the others would stay Pending`;
}
