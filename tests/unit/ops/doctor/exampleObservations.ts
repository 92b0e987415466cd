/** Observations for tests: recorded ones, and handmade ones for causes that cannot be created on one machine. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Event, Node, Pod } from "../../../../ops/cluster/kubernetesObjects.ts";
import { completed, type Observation } from "../../../../ops/doctor/observation.ts";

export const at = "2026-11-22T12:00:00Z";

/** Seconds before the look, as Kubernetes writes times. */
export const before = (seconds: number): string => new Date(Date.parse(at) - seconds * 1000).toISOString();

/** The look at all pods of the end-to-end test, as `DOCTOR_RECORD=FILE` wrote it. */
export function recorded(): Observation {
  return completed(JSON.parse(readFileSync(join(__dirname, "recording.json"), "utf8")) as Observation);
}

export function observation(parts: Partial<Observation> = {}): Observation {
  return completed({
    at,
    target: { namespace: "shop", selector: "", context: "test" },
    nodes: [node()],
    ...parts,
  });
}

export function node(
  name = "node-1",
  parts: Partial<Node["spec"]> = {},
  conditions: Record<string, string> = {},
): Node {
  const all = { Ready: "True", DiskPressure: "False", MemoryPressure: "False", ...conditions };
  return {
    metadata: { name, labels: { "kubernetes.io/os": "linux" } },
    spec: parts,
    status: {
      conditions: Object.entries(all).map(([type, status]) => ({ type, status })),
      allocatable: { cpu: "1900m", memory: "4Gi", pods: "30" },
      nodeInfo: { containerRuntimeVersion: "containerd://1.7.27", operatingSystem: "linux", architecture: "amd64" },
    } as unknown as NonNullable<Node["status"]>,
  };
}

type ContainerState = NonNullable<NonNullable<Pod["status"]>["containerStatuses"]>[number];

export interface PodParts {
  image?: string;
  status?: Partial<ContainerState>;
  podStatus?: Partial<NonNullable<Pod["status"]>>;
  spec?: Partial<NonNullable<Pod["spec"]>>;
  metadata?: Partial<NonNullable<Pod["metadata"]>>;
}

/** A pod with one container, "main", that is ready by default. */
export function pod(
  name: string,
  { image = "reg.example.com/app:v1", status, podStatus, spec, metadata }: PodParts = {},
): Pod {
  const ready = status === undefined && podStatus === undefined;
  const container = {
    name: "main",
    image,
    imageID: "",
    ready,
    restartCount: 0,
    containerID: "containerd://0123456789abcdef0123456789abcdef",
    state: { running: { startedAt: before(600) } },
    ...status,
  };
  return {
    metadata: { name, namespace: "shop", uid: `uid-${name}`, creationTimestamp: before(600), ...metadata },
    spec: { nodeName: "node-1", containers: [{ name: "main", image }], ...spec },
    status: {
      phase: "Running",
      conditions: [{ type: "Ready", status: ready ? "True" : "False" }],
      containerStatuses: [container],
      ...podStatus,
    },
  };
}

/** A pod that no node takes. */
export const pending = (name: string, message: string, spec: Partial<NonNullable<Pod["spec"]>> = {}): Pod =>
  pod(name, {
    podStatus: {
      phase: "Pending",
      containerStatuses: [],
      conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message }],
    },
    spec: { containers: [{ name: "main", image: "reg.example.com/app:v1" }], ...spec, nodeName: undefined },
  });

export const event = (name: string, reason: string, message: string, parts: Partial<Event> = {}): Event => ({
  metadata: {},
  involvedObject: { kind: "Pod", name, uid: `uid-${name}` },
  reason,
  message,
  lastTimestamp: before(30),
  ...parts,
});

/** A pull that fails with containerd's message. */
export function pull(name: string, image: string, words: string, spec: Partial<NonNullable<Pod["spec"]>> = {}) {
  const failing = pod(name, {
    image,
    status: { state: { waiting: { reason: "ImagePullBackOff", message: `Back-off pulling image "${image}"` } } },
    spec,
  });
  failing.status = { ...failing.status, phase: "Pending" };
  return { pods: [failing], events: [event(name, "Failed", `Failed to pull image "${image}": ${words}`)] };
}
