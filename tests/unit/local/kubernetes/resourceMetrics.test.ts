import { nodeMetrics, parseSamples, podMetrics, UsageHistory } from "../../../../local/kubernetes/resourceMetrics.ts";

/** What a kubelet said, shortened. */
const kubelet = ({
  at,
  cpu,
  node,
}: {
  at: number;
  cpu: number;
  node: number;
}) => `# HELP container_cpu_usage_seconds_total
# TYPE container_cpu_usage_seconds_total counter
container_cpu_usage_seconds_total{container="hello",namespace="apps",pod="hello-1"} ${cpu} ${at}
container_memory_working_set_bytes{container="hello",namespace="apps",pod="hello-1"} 2.7140096e+07 ${at}
container_start_time_seconds{container="hello",namespace="apps",pod="hello-1"} 1.7953965995971842e+09
node_cpu_usage_seconds_total ${node} ${at}
node_memory_working_set_bytes 2.097152e+09 ${at}
pod_cpu_usage_seconds_total{namespace="apps",pod="hello-1"} 5 ${at}
resource_scrape_error 0
`;
const first = { at: 1_795_396_800_000, cpu: 2, node: 1000 };
const later = { at: 1_795_396_810_000, cpu: 3.5, node: 1012 };
const pod = { namespace: "apps", name: "hello-1", labels: { app: "hello" } };

function seen(...looks: (typeof first)[]) {
  const history = new UsageHistory();
  for (const look of looks) history.take(parseSamples(kubelet(look)));
  return history.usages();
}

test("reads containers and the node, and nothing else", () => {
  expect(parseSamples(kubelet(first))).toEqual([
    { namespace: "apps", pod: "hello-1", container: "hello", cpuSeconds: 2, memoryBytes: 27140096, at: first.at },
    { namespace: "", pod: "", container: "", cpuSeconds: 1000, memoryBytes: 2097152000, at: first.at },
  ]);
});

test("says what was used between two looks", () => {
  const measured = { timestamp: "2026-11-23T01:20:10Z", window: "10s" };
  const apiVersion = "metrics.k8s.io/v1beta1";
  expect(podMetrics(pod, seen(first, later))).toEqual({
    ...{ apiVersion, kind: "PodMetrics", ...measured },
    metadata: { name: "hello-1", namespace: "apps", labels: pod.labels, creationTimestamp: measured.timestamp },
    containers: [{ name: "hello", usage: { cpu: "150000000n", memory: "26504Ki" } }],
  });
  expect(nodeMetrics("node", seen(first, later))).toEqual({
    ...{ apiVersion, kind: "NodeMetrics", ...measured },
    metadata: { name: "node" },
    usage: { cpu: "1200000000n", memory: "2048000Ki" },
  });
});

test("says nothing of what was seen once, of other pods, and of a container that began anew", () => {
  expect(podMetrics(pod, seen(first))).toBeUndefined();
  expect(nodeMetrics("node", seen(first))).toBeUndefined();
  expect(podMetrics({ ...pod, name: "hello-2" }, seen(first, later))).toBeUndefined();
  expect(podMetrics(pod, seen(first, { ...later, cpu: 0.1 }))).toBeUndefined();
});

test("keeps the last two different looks when the kubelet repeats itself, and forgets what is gone", () => {
  expect(seen(first, later, later, later)).toEqual(seen(first, later));
  const history = new UsageHistory();
  history.take(parseSamples(kubelet(first)));
  history.take([]);
  history.take(parseSamples(kubelet(later)));
  expect(history.usages()).toEqual([]);
});
