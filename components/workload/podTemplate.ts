/**
 * The pod: everything the `restricted` Pod Security standard asks for, and what only a running cluster teaches.
 */
import type { input } from "@pulumi/kubernetes/types/index.js";
import { parseQuantity } from "../../validate/quantity.ts";
import type { ProbeArgs, WorkloadSettings } from "./args.ts";

/** Name of the container's port, so that probes, Service and policies follow when its number changes. */
export const portName = "http";

/**
 * @param name the workload's name, told to the process as SERVICE_NAME
 * @param selector labels that only this workload's pods carry
 * @param serviceAccount name of the ServiceAccount
 */
export function podTemplate(
  name: string,
  s: WorkloadSettings,
  selector: Record<string, string>,
  serviceAccount: input.core.v1.PodSpec["serviceAccountName"],
): input.core.v1.PodTemplateSpec {
  return {
    metadata: { labels: { ...s.labels, ...selector } },
    spec: {
      serviceAccountName: serviceAccount,
      // The service does not talk to the Kubernetes API: a token would only serve whoever breaks in.
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      ...(s.imagePullSecrets.length > 0 && {
        imagePullSecrets: s.imagePullSecrets.map((secret) => ({ name: secret })),
      }),
      terminationGracePeriodSeconds: s.gracePeriodSeconds,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: s.userId,
        runAsGroup: s.userId,
        fsGroup: s.userId,
        seccompProfile: { type: "RuntimeDefault" },
      },
      // Soft, both: on one node or in one zone the pods still run, they only share its fate.
      topologySpreadConstraints: ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].map((topologyKey) => ({
        maxSkew: 1,
        topologyKey,
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels: selector },
        // During a rollout only the new pods count, else the old ones push them to one side.
        matchLabelKeys: ["pod-template-hash"],
      })),
      affinity: {
        podAntiAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            {
              weight: 100,
              podAffinityTerm: { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: selector } },
            },
          ],
        },
      },
      containers: [
        {
          name,
          image: s.image,
          // With a digest there is nothing new to pull, but the node's right to pull is checked at each start.
          imagePullPolicy: "Always",
          ports: [{ name: portName, containerPort: s.port }],
          env: [
            { name: "PORT", value: String(s.port) },
            { name: "DRAIN_SECONDS", value: String(s.drainSeconds) },
            { name: "SERVICE_NAME", value: name },
            { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
            { name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
            ...Object.entries(s.environment).map(([variable, value]) => ({ name: variable, value })),
          ],
          resources: {
            requests: { ...s.requests, "ephemeral-storage": "16Mi" },
            limits: { ...s.limits, "ephemeral-storage": storageLimit(s.tmpSize) },
          },
          livenessProbe: probe(s.liveness),
          readinessProbe: probe(s.readiness),
          lifecycle: s.preStopSeconds === 0 ? undefined : { preStop: { sleep: { seconds: s.preStopSeconds } } },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
          },
          volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
        },
      ],
      volumes: [{ name: "tmp", emptyDir: { sizeLimit: s.tmpSize } }],
    },
  };
}

function probe({ path, ...timing }: ProbeArgs): input.core.v1.Probe {
  return { httpGet: { path, port: portName }, ...timing };
}

/** What /tmp may hold counts as the pod's storage, as do its logs: a limit below both would evict it. */
function storageLimit(tmpSize: string): string {
  const logs = 128;
  return `${Math.ceil((parseQuantity(tmpSize) ?? 0) / 2 ** 20) + logs}Mi`;
}
