/** What pods and nodes use: from the kubelet's counters to what `metrics.k8s.io` says of them. */

/** One line of the kubelet's `/metrics/resource`, as far as it is used here. */
export interface Sample {
  /** "" for the node as a whole. */
  namespace: string;
  pod: string;
  container: string;
  /** CPU seconds since the start. */
  cpuSeconds?: number;
  memoryBytes?: number;
  /** When the kubelet looked, in milliseconds. */
  at: number;
}

const keyOf = ({ namespace, pod, container }: Pick<Sample, "namespace" | "pod" | "container">) =>
  `${namespace}/${pod}/${container}`;

const line = /^(node|container)_(cpu_usage_seconds_total|memory_working_set_bytes)(?:\{([^}]*)\})? (\S+) (\d+)$/;

/** Reads the kubelet's answer, one sample a container and one of the node. */
export function parseSamples(text: string): Sample[] {
  const samples = new Map<string, Sample>();
  for (const row of text.split("\n")) {
    const [, , metric, labels = "", value = "", at = ""] = line.exec(row) ?? [];
    if (metric === undefined) continue;
    const label = (name: string) => new RegExp(`(?:^|,)${name}="([^"]*)"`).exec(labels)?.[1] ?? "";
    const identity = { namespace: label("namespace"), pod: label("pod"), container: label("container") };
    const key = keyOf(identity);
    const measured = metric.startsWith("cpu") ? { cpuSeconds: Number(value) } : { memoryBytes: Number(value) };
    samples.set(key, { ...(samples.get(key) ?? { ...identity, at: Number(at) }), ...measured });
  }
  return [...samples.values()];
}

export interface Usage {
  namespace: string;
  pod: string;
  container: string;
  /** Billionths of a CPU, on average over the window. */
  cpuNanocores: number;
  memoryBytes: number;
  /** End of the window, in milliseconds. */
  at: number;
  windowSeconds: number;
}

/** The latest two looks at each container: what it used lies between them. */
export class UsageHistory {
  #previous = new Map<string, Sample>();
  #latest = new Map<string, Sample>();

  /** Takes what the kubelet says now. The kubelet repeats itself for some seconds: then nothing is new. */
  take(samples: readonly Sample[]): void {
    const latest = new Map<string, Sample>();
    const previous = new Map<string, Sample>();
    for (const sample of samples) {
      const key = keyOf(sample);
      const known = this.#latest.get(key);
      const isNew = known === undefined || sample.at > known.at;
      latest.set(key, isNew ? sample : known);
      const before = isNew ? known : this.#previous.get(key);
      // A counter that fell belongs to another container of the same name.
      if (before !== undefined && (before.cpuSeconds ?? 0) <= (sample.cpuSeconds ?? 0)) previous.set(key, before);
    }
    this.#latest = latest;
    this.#previous = previous;
  }

  /** Of every container that was seen twice, and of the node. */
  usages(): Usage[] {
    return [...this.#latest.entries()].flatMap(([key, { cpuSeconds, memoryBytes, at, ...identity }]) => {
      const before = this.#previous.get(key);
      if (before?.cpuSeconds === undefined || cpuSeconds === undefined || memoryBytes === undefined) return [];
      const windowSeconds = (at - before.at) / 1000;
      const cpuNanocores = Math.round(((cpuSeconds - before.cpuSeconds) / windowSeconds) * 1e9);
      return [{ ...identity, cpuNanocores, memoryBytes, at, windowSeconds }];
    });
  }
}

const apiVersion = "metrics.k8s.io/v1beta1";

/** `1.5s`, as the API writes a duration. */
const measuredAt = ({ at, windowSeconds }: Usage) => ({
  timestamp: new Date(at).toISOString().replace(/\.\d+Z$/, "Z"),
  window: `${windowSeconds}s`,
});

const quantities = ({ cpuNanocores, memoryBytes }: Usage) => ({
  cpu: `${cpuNanocores}n`,
  memory: `${Math.ceil(memoryBytes / 1024)}Ki`,
});

/** A pod by name and namespace, and its labels. */
export interface PodIdentity {
  namespace: string;
  name: string;
  labels?: Record<string, string>;
}

/** PodMetrics of a pod; `undefined` as long as none of its containers was seen twice. */
export function podMetrics({ namespace, name, labels }: PodIdentity, usages: readonly Usage[]): object | undefined {
  const own = usages.filter((usage) => usage.namespace === namespace && usage.pod === name && usage.container !== "");
  const [oldest] = [...own].sort((a, b) => a.at - b.at);
  if (oldest === undefined) return undefined;
  return {
    apiVersion,
    kind: "PodMetrics",
    metadata: { name, namespace, labels, creationTimestamp: measuredAt(oldest).timestamp },
    ...measuredAt(oldest),
    containers: own.map((usage) => ({ name: usage.container, usage: quantities(usage) })),
  };
}

/** NodeMetrics of the node; `undefined` as long as it was not seen twice. */
export function nodeMetrics(name: string, usages: readonly Usage[]): object | undefined {
  const own = usages.find(({ pod, container }) => pod === "" && container === "");
  return own && { apiVersion, kind: "NodeMetrics", metadata: { name }, ...measuredAt(own), usage: quantities(own) };
}

export const list = (kind: "PodMetricsList" | "NodeMetricsList", items: readonly (object | undefined)[]) => ({
  apiVersion,
  kind,
  metadata: {},
  items: items.filter((item) => item !== undefined),
});

/** What the API server is told the group consists of. */
export const resourceList = {
  apiVersion: "v1",
  kind: "APIResourceList",
  groupVersion: apiVersion,
  resources: [
    { name: "nodes", singularName: "", namespaced: false, kind: "NodeMetrics", verbs: ["get", "list"] },
    { name: "pods", singularName: "", namespaced: true, kind: "PodMetrics", verbs: ["get", "list"] },
  ],
};
