/** What containers used: from the node's counters where they may be read, else from the metrics API. */
import { amount } from "../quantity.ts";
import type { ContainerUsage } from "../observation.ts";
import type { Pod } from "../kinds.ts";
import type { ClusterReader } from "./reader.ts";

/**
 * Tries the kubelet's counters (needs `get` on nodes/proxy), then the metrics API (a metrics server; AKS has one). An empty
 * list when neither answers: usage only sharpens what is known otherwise.
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

/** The counters of these pods in cAdvisor's text. Entries without a container are the whole pod's. */
export function readCounters(text: string, namespace: string, pods: readonly string[]): ContainerUsage[] {
  const counters = new Map<string, { periods: number; throttled: number }>();
  const peaks = new Map<string, number>();
  for (const row of text.split("\n")) {
    const [, metric = "", labels = "", value = ""] = line.exec(row) ?? [];
    if (!wanted.has(metric)) continue;
    const label = (name: string) => new RegExp(`(?:^|,)${name}="([^"]*)"`).exec(labels)?.[1] ?? "";
    const pod = label("pod");
    if (label("namespace") !== namespace || !pods.includes(pod)) continue;
    // The pod's own group outlives its containers: it remembers the peak of one that was killed.
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
