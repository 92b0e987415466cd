/** Causes that cannot be created on one machine without harm to everything else on it. Their observations are handmade. */
import type { CauseCode } from "../../../../ops/doctor/causes/causeCodes.ts";
import type { Observation } from "../../../../ops/doctor/observation.ts";
import { before, event, node, observation, pending, pod, pull } from "./exampleObservations.ts";

export interface Unmakeable {
  code: CauseCode;
  made: string;
  seen: () => Observation;
}

const taintOf = (resource: string) =>
  node(
    "node-1",
    { taints: [{ key: `node.kubernetes.io/${resource}-pressure`, effect: "NoSchedule" }] },
    { [resource === "disk" ? "DiskPressure" : "MemoryPressure"]: "True" },
  );
const evicted = (message: string) =>
  observation({
    pods: [pod("web-1", { podStatus: { phase: "Failed", reason: "Evicted", message, containerStatuses: [] } })],
  });

export const unmakeable: readonly Unmakeable[] = [
  {
    code: "no-nodes",
    made: "handwritten: cluster without nodes",
    seen: () => observation({ nodes: [], pods: [pending("web-1", "no nodes available to schedule pods")] }),
  },
  {
    code: "nodes-not-ready",
    made: "handwritten: pod on a node that stopped reporting",
    seen: () => {
      const lost = pod("web-1");
      Object.assign(lost.status ?? {}, { conditions: [{ type: "Ready", status: "False" }] });
      return observation({ nodes: [node("node-1", {}, { Ready: "Unknown" })], pods: [lost] });
    },
  },
  {
    code: "disk-pressure",
    made: "handwritten: pod evicted for ephemeral storage",
    seen: () => evicted("The node was low on resource: ephemeral-storage. Threshold quantity: 5Gi, available: 1Gi."),
  },
  {
    code: "disk-pressure",
    made: "handwritten: pod pending on a node with the taint of disk pressure",
    seen: () =>
      observation({
        nodes: [taintOf("disk")],
        pods: [pending("web-1", "0/1 nodes are available: 1 node(s) had untolerated taint(s).")],
      }),
  },
  {
    code: "memory-pressure",
    made: "handwritten: pod evicted for memory",
    seen: () => evicted("The node was low on resource: memory. Threshold quantity: 100Mi, available: 80Mi."),
  },
  {
    code: "too-many-pods",
    made: "handwritten: node with the maximum number of pods",
    seen: () => observation({ pods: [pending("web-1", "0/1 nodes are available: 1 Too many pods.")] }),
  },
  {
    code: "node-quota-exceeded",
    made: "handwritten: the autoscaler reaches the subscription's quota",
    seen: () =>
      observation({
        pods: [pending("web-1", "0/1 nodes are available: 1 Insufficient cpu.")],
        events: [
          event(
            "web-1",
            "NotTriggerScaleUp",
            "pod didn't trigger scale-up: 1 in backoff after failed scale-up, QuotaExceeded",
          ),
        ],
      }),
  },
  {
    code: "image-too-large",
    made: "handwritten: no space left while the image is unpacked",
    seen: () =>
      observation(
        pull(
          "web-1",
          "reg.example.com/app:v1",
          "failed to extract layer sha256:0: write /var/lib/x: no space left on device",
        ),
      ),
  },
  {
    code: "registry-unauthorized",
    made: "handwritten: valid credentials of a user who may not read the repository",
    seen: () =>
      observation({
        ...pull("web-1", "reg.example.com/app:v1", "failed to authorize: 401 Unauthorized", {
          imagePullSecrets: [{ name: "pull" }],
        }),
        pullSecrets: { pull: { exists: true, elsewhere: [], hosts: ["reg.example.com"], signIn: "accepted" } },
      }),
  },
  {
    code: "sigterm-ignored",
    made: "handwritten: pod that still runs near the end of its grace period",
    seen: () =>
      observation({
        pods: [pod("web-1", { metadata: { deletionTimestamp: before(-2), deletionGracePeriodSeconds: 30 } })],
      }),
  },
];
