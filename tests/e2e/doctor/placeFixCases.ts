/** Pods that no node takes or that the API server refuses, and the commands that fix them. */
import { claimed, type FixCase, mounted, otherPod, serve, stay, volume } from "./brokenWorkload.ts";

const apart = (app: string) => ({
  affinity: {
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { labelSelector: { matchLabels: { app } }, topologyKey: "kubernetes.io/hostname" },
      ],
    },
  },
});
const hostPort = { ports: [{ containerPort: 8080, hostPort: 48_777 }] };
const quota = (hard: Record<string, string>) => ({
  apiVersion: "v1",
  kind: "ResourceQuota",
  metadata: { name: "team" },
  spec: { hard },
});
const inNamespace = { matchLabels: { "kubernetes.io/metadata.name": "NAMESPACE" } };

export const placeFixCases: readonly FixCase[] = [
  {
    name: "cores",
    onRequest: true,
    code: "insufficient-cpu",
    forms: ["change pod: containers.resources.requests"],
    kind: "Deployment",
    container: { command: stay, resources: { requests: { cpu: "1000" } } },
  },
  {
    name: "tebibytes",
    onRequest: true,
    code: "insufficient-memory",
    forms: ["change pod: containers.resources.requests", "kubectl delete"],
    kind: "StatefulSet",
    container: { command: stay, resources: { requests: { memory: "10Ti" } } },
  },
  {
    name: "device",
    code: "insufficient-resource",
    forms: ["change pod: containers.resources.limits, containers.resources.requests"],
    kind: "Deployment",
    container: { command: serve(8080), resources: { limits: { "example.com/device": "2" } } },
  },
  {
    name: "host-port",
    code: "host-port-taken",
    forms: ["change pod: containers.ports"],
    kind: "Deployment",
    replicas: 2,
    container: { command: serve(8080), ...hostPort },
  },
  {
    name: "exposed",
    onRequest: true,
    code: "host-port-taken",
    forms: ["change pod: containers.ports", "kubectl expose"],
    kind: "Deployment",
    replicas: 2,
    container: { command: serve(8080), ports: [{ containerPort: 8080, hostPort: 48_779 }] },
  },
  {
    name: "apart",
    code: "pod-anti-affinity",
    forms: ["change pod: affinity.podAntiAffinity, spec.strategy"],
    kind: "Deployment",
    replicas: 2,
    container: { command: serve(8080) },
    spec: apart("apart"),
  },
  {
    name: "rolled-apart",
    onRequest: true,
    code: "pod-anti-affinity",
    forms: ["change deployment: spec.strategy"],
    kind: "Deployment",
    container: { command: stay },
    spec: apart("rolled-apart"),
    breaks: ["kubectl set env deployment/rolled-apart --namespace NAMESPACE RELEASE=2"],
  },
  {
    name: "beside",
    onRequest: true,
    code: "pod-affinity",
    forms: ["change pod: affinity.podAffinity"],
    kind: "Deployment",
    container: { command: stay },
    spec: {
      affinity: {
        podAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { labelSelector: { matchLabels: { app: "cache" } }, topologyKey: "kubernetes.io/hostname" },
          ],
        },
      },
    },
  },
  {
    name: "spread",
    code: "topology-spread",
    forms: ["change pod: topologySpreadConstraints"],
    kind: "Deployment",
    container: { command: serve(8080) },
    spec: {
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: "example.com/rack",
          whenUnsatisfiable: "DoNotSchedule",
          labelSelector: { matchLabels: { app: "spread" } },
        },
      ],
    },
  },
  {
    name: "labels",
    code: "node-selector-mismatch",
    forms: ["change pod: nodeSelector"],
    kind: "Deployment",
    container: { command: serve(8080) },
    spec: { nodeSelector: { "kubernetes.io/os": "linus" } },
  },
  {
    name: "no-such-node",
    onRequest: true,
    code: "node-missing",
    forms: ["change pod: nodeName"],
    kind: "Deployment",
    container: { command: stay },
    spec: { nodeName: "node-that-is-gone" },
  },
  {
    name: "agents",
    onRequest: true,
    code: "daemonset-without-nodes",
    forms: ["change pod: nodeSelector"],
    kind: "DaemonSet",
    container: { command: stay },
    spec: { nodeSelector: { disk: "golden" } },
  },
  {
    name: "some-agents",
    onRequest: true,
    code: "daemonset-without-nodes",
    forms: ["change pod: affinity.nodeAffinity"],
    kind: "DaemonSet",
    container: { command: stay },
    spec: {
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: "disk", operator: "In", values: ["golden"] }] }],
          },
        },
      },
    },
  },
  {
    name: "refused-port",
    onRequest: true,
    code: "rejected-by-node",
    forms: ["create again"],
    kind: "Pod",
    container: { command: stay, ports: [{ containerPort: 8080, hostPort: 48_778 }] },
    spec: { nodeName: "NODE" },
    also: [otherPod("holder", { command: stay, ports: [{ containerPort: 8080, hostPort: 48_778 }] })],
    meanwhile: ["kubectl delete pod holder --namespace NAMESPACE"],
  },
  {
    name: "other-scheduler",
    code: "scheduler-missing",
    forms: ["change pod: schedulerName"],
    kind: "Deployment",
    container: { command: serve(8080) },
    spec: { schedulerName: "nobody" },
  },
  {
    name: "gate",
    code: "scheduling-gated",
    forms: ["change pod: /spec/schedulingGates"],
    kind: "Pod",
    container: { command: serve(8080) },
    spec: { schedulingGates: [{ name: "example.com/wait" }] },
  },
  {
    name: "paused",
    onRequest: true,
    code: "rollout-paused",
    forms: ["kubectl rollout resume"],
    kind: "Deployment",
    container: { command: stay },
    owner: { paused: true },
  },
  {
    name: "no-claim",
    onRequest: true,
    code: "claim-missing",
    forms: ["create PersistentVolumeClaim"],
    kind: "Deployment",
    ...mounted("shop-data"),
    also: [volume("")],
  },
  {
    name: "claim-near",
    onRequest: true,
    code: "claim-missing",
    forms: ["change pod: volumes.persistentVolumeClaim"],
    kind: "Deployment",
    ...mounted("shop-dat"),
    also: claimed("shop-data", "NAMESPACE"),
  },
  {
    name: "class-near",
    onRequest: true,
    code: "storage-class-missing",
    forms: ["change persistentvolumeclaim: spec.storageClassName"],
    kind: "StatefulSet",
    ...mounted("shop-data"),
    also: [
      {
        apiVersion: "storage.k8s.io/v1",
        kind: "StorageClass",
        metadata: { name: "NAMESPACE" },
        provisioner: "kubernetes.io/no-provisioner",
      },
      volume("NAMESPACE"),
      {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: { name: "shop-data" },
        spec: {
          storageClassName: "NAMESPACE-x",
          accessModes: ["ReadWriteOnce"],
          resources: { requests: { storage: "1Gi" } },
        },
      },
    ],
  },
  {
    name: "one-at-a-time",
    onRequest: true,
    code: "volume-in-use",
    forms: ["change deployment: spec.strategy"],
    kind: "Deployment",
    ...mounted("shop-data"),
    also: claimed("shop-data", "NAMESPACE", "ReadWriteOncePod"),
    breaks: ["kubectl set env deployment/one-at-a-time --namespace NAMESPACE RELEASE=2"],
  },
  {
    name: "priority",
    code: "priority-class-missing",
    forms: ["change pod: priority, priorityClassName"],
    kind: "StatefulSet",
    container: { command: serve(8080) },
    spec: { priorityClassName: "most-urgent" },
  },
  {
    name: "new-priority",
    onRequest: true,
    code: "priority-class-missing",
    forms: ["kubectl create priorityclass"],
    kind: "Deployment",
    container: { command: stay },
    spec: { priorityClassName: "NAMESPACE" },
  },
  {
    name: "security",
    code: "pod-security-refused",
    forms: [
      "change pod: containers.securityContext.allowPrivilegeEscalation, containers.securityContext.capabilities, containers.securityContext.privileged, securityContext.runAsNonRoot, securityContext.seccompProfile",
    ],
    kind: "StatefulSet",
    labels: { "pod-security.kubernetes.io/enforce": "restricted" },
    container: { command: serve(8080), securityContext: { privileged: true } },
  },
  {
    name: "account",
    code: "service-account-missing",
    forms: ["kubectl create serviceaccount"],
    kind: "Deployment",
    container: { command: serve(8080) },
    spec: { serviceAccountName: "nobody" },
  },
  {
    name: "policy",
    onRequest: true,
    code: "policy-denied",
    forms: ["change pod: metadata.labels"],
    kind: "Deployment",
    container: { command: stay },
    also: [
      {
        apiVersion: "admissionregistration.k8s.io/v1",
        kind: "ValidatingAdmissionPolicy",
        metadata: { name: "NAMESPACE" },
        spec: {
          matchConstraints: {
            resourceRules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }],
          },
          validations: [{ expression: "'team' in object.metadata.labels", message: "the label team is missing" }],
        },
      },
      {
        apiVersion: "admissionregistration.k8s.io/v1",
        kind: "ValidatingAdmissionPolicyBinding",
        metadata: { name: "NAMESPACE" },
        spec: {
          policyName: "NAMESPACE",
          validationActions: ["Deny"],
          matchResources: {
            namespaceSelector: { matchLabels: { ...inNamespace.matchLabels, "team-required": "yes" } },
          },
        },
      },
    ],
    // A policy takes a few seconds to count.
    breaks: [
      "kubectl label namespace NAMESPACE team-required=yes && sleep 5",
      "kubectl delete pods --selector app=policy --namespace NAMESPACE",
    ],
    fill: () => ({ VALUE: "shop" }),
  },
  {
    name: "quota",
    onRequest: true,
    code: "quota-exceeded",
    forms: ["change deployment: spec.replicas, spec.strategy"],
    kind: "Deployment",
    replicas: 2,
    container: { command: stay },
    also: [quota({ pods: "1" })],
  },
  {
    name: "no-room",
    onRequest: true,
    code: "quota-blocks-rollout",
    forms: ["change deployment: spec.strategy"],
    kind: "Deployment",
    container: { command: stay },
    also: [quota({ pods: "1" })],
  },
  {
    name: "no-limits",
    code: "quota-wants-value",
    forms: ["change pod: containers.resources.limits"],
    kind: "Deployment",
    container: { command: serve(8080) },
    also: [quota({ "limits.memory": "1Gi" })],
  },
  {
    name: "too-much",
    code: "limit-range-exceeded",
    forms: ["change pod: containers.resources.limits"],
    kind: "Deployment",
    container: { command: serve(8080), resources: { limits: { memory: "256Mi" } } },
    also: [
      {
        apiVersion: "v1",
        kind: "LimitRange",
        metadata: { name: "small" },
        spec: { limits: [{ type: "Container", max: { memory: "128Mi" } }] },
      },
    ],
  },
  {
    name: "going",
    onRequest: true,
    code: "namespace-terminating",
    forms: ["release object"],
    kind: "Deployment",
    container: { command: stay },
    also: [
      {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "held", finalizers: ["example.com/cleanup"] },
      },
    ],
    // Pods and, while another case breaks an API, the discovery hold the namespace as well.
    breaks: [
      "kubectl delete namespace NAMESPACE --wait=false",
      "kubectl wait --for=delete pod --all --namespace NAMESPACE --timeout=60s",
      ...[
        ["NamespaceDeletionDiscoveryFailure", "False"],
        ["NamespaceFinalizersRemaining", "True"],
      ].map(
        ([type, status]) =>
          `kubectl wait namespace/NAMESPACE --for=jsonpath='{.status.conditions[?(@.type=="${type}")].status}'=${status} --timeout=90s`,
      ),
      "sleep 5",
    ],
    vanishes: true,
  },
];
