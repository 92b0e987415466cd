import { readCounters } from "../../../../ops/doctor/cluster/containerUsage.ts";

const row = (metric: string, labels: Record<string, string>, value: string) =>
  `${metric}{${Object.entries(labels)
    .map(([key, text]) => `${key}="${text}"`)
    .join(",")}} ${value} 1763812800000`;
const of = (container: string, pod = "web-1", namespace = "shop") => ({
  container,
  id: "/x",
  image: "i",
  name: "n",
  namespace,
  pod,
});

it("reads the throttled share of CPU periods and the peak of the pod, for the given pods", () => {
  const text = [
    "# HELP container_cpu_cfs_periods_total periods",
    row("container_cpu_cfs_periods_total", of("main"), "200"),
    row("container_cpu_cfs_throttled_periods_total", of("main"), "150"),
    row("container_memory_max_usage_bytes", of(""), "6.7108864e+07"),
    row("container_memory_max_usage_bytes", of("main"), "1024"),
    row("container_cpu_cfs_periods_total", of("main", "other"), "10"),
    row("container_cpu_cfs_periods_total", of("main", "web-1", "elsewhere"), "10"),
  ].join("\n");
  expect(readCounters(text, "shop", ["web-1"])).toEqual([
    { pod: "web-1", container: "main", throttled: 0.75 },
    { pod: "web-1", peakBytes: 64 * 2 ** 20 },
  ]);
});

it("ignores a container without a limit", () => {
  const text = row("container_cpu_cfs_periods_total", of("main"), "0");
  expect(readCounters(text, "shop", ["web-1"])).toEqual([]);
});
