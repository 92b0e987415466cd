/** Reads the resource usage of containers from the nodes' counters or, if these may not be read, from the metrics API. */
import { amount } from "../resourceAmount.ts";
import type { ContainerUsage } from "../observation.ts";
import type { Pod } from "../../cluster/kubernetesObjects.ts";
import type { ClusterReader } from "../../cluster/clusterReader.ts";

/**
 * Tries the kubelet's counters (requires `get` on nodes/proxy), then the metrics API (metrics-server, part of AKS).
 * @returns an empty list if neither answers: usage only adds detail to a diagnosis
 */
export async function lookAtUsage(
  reader: ClusterReader,
  namespace: string,
  pods: readonly Pod[],
): Promise<ContainerUsage[]> {
  const nodes = [...new Set(pods.flatMap(({ spec }) => (spec?.nodeName === undefined ? [] : [spec.nodeName])))];
  const names = pods.map(({ metadata }) => metadata?.name ?? "");
  try {
    const counters = await Promise.all(
      nodes.map((node) => reader.text(`api/v1/nodes/${node}/proxy/metrics/cadvisor`, {}, "text/plain")),
    );
    return counters.flatMap((text) => readCounters(text, namespace, names));
  } catch {
    return readMetrics(reader, namespace, names).catch(() => []);
  }
}

const line = /^(container_\w+)\{([^}]*)\} (\S+)/;
const wanted = new Set([
  "container_cpu_cfs_periods_total",
  "container_cpu_cfs_throttled_periods_total",
  "container_memory_max_usage_bytes",
]);

/** The counters of these pods in cAdvisor's output. Entries without a container are about the whole pod. */
export function readCounters(text: string, namespace: string, pods: readonly string[]): ContainerUsage[] {
  const counters = new Map<string, { periods: number; throttled: number }>();
  const peaks = new Map<string, number>();
  for (const row of text.split("\n")) {
    const [, metric = "", labels = "", value = ""] = line.exec(row) ?? [];
    if (!wanted.has(metric)) continue;
    const label = (name: string) => new RegExp(`(?:^|,)${name}="([^"]*)"`).exec(labels)?.[1] ?? "";
    const pod = label("pod");
    if (label("namespace") !== namespace || !pods.includes(pod)) continue;
    // The pod's cgroup outlives its containers, so it also has the peak of a killed container.
    if (metric === "container_memory_max_usage_bytes") {
      peaks.set(pod, Math.max(peaks.get(pod) ?? 0, Number(value)));
      continue;
    }
    const container = label("container");
    if (container === "" || container === "POD") continue;
    const key = `${pod}/${container}`;
    const entry = counters.get(key) ?? { periods: 0, throttled: 0 };
    if (metric === "container_cpu_cfs_periods_total") entry.periods += Number(value);
    else entry.throttled += Number(value);
    counters.set(key, entry);
  }
  const throttling = [...counters].flatMap(([key, { periods, throttled }]): ContainerUsage[] => {
    const [pod = "", container = ""] = key.split("/");
    return periods === 0 ? [] : [{ pod, container, throttled: throttled / periods }];
  });
  const memory = [...peaks].flatMap(([pod, peakBytes]): ContainerUsage[] =>
    peakBytes === 0 ? [] : [{ pod, peakBytes }],
  );
  return [...throttling, ...memory];
}

interface PodMetrics {
  metadata: { name: string };
  containers: { name: string; usage: { cpu?: string; memory?: string } }[];
}

async function readMetrics(
  reader: ClusterReader,
  namespace: string,
  pods: readonly string[],
): Promise<ContainerUsage[]> {
  const items = await reader.list<PodMetrics>(`apis/metrics.k8s.io/v1beta1/namespaces/${namespace}/pods`);
  return items
    .filter(({ metadata }) => pods.includes(metadata.name))
    .flatMap(({ metadata, containers }) =>
      containers.map(({ name, usage }) => {
        const cpuCores = amount(usage.cpu);
        return { pod: metadata.name, container: name, ...(cpuCores === undefined ? {} : { cpuCores }) };
      }),
    );
}
