/**
 * Rules that Kubernetes' OpenAPI describes only in prose, and that its API server checks: enums, quantities, percentages, ports.
 * They are listed by interface of the SDK and property. A test checks that every entry is about an existing property.
 *
 * Sources: the descriptions of these very properties (https://kubernetes.io/docs/reference/kubernetes-api/) and the API
 * server's validation (k8s.io/kubernetes/pkg/apis/*\/validation). Properties that are missing here are checked by type only.
 */
import type { Type } from "./typeText.ts";

const words = (...allowed: string[]): Type => ({
  kind: "union",
  of: allowed.map((value) => ({ kind: "literal", value })),
});

const form = (allowed: string, pattern: RegExp): Type => ({
  kind: "form",
  allowed,
  accepts: (value) => pattern.test(value),
});

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
export const quantity = form(
  'a quantity, e.g. "256Mi" or "500m"',
  /^[+-]?(\d+(\.\d*)?|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/,
);
const quantities: Type = { kind: "map", of: quantity };
const countOrPercentage: Type = {
  kind: "union",
  of: [{ kind: "number" }, form('a percentage, e.g. "25%"', /^\d+%$/)],
};
const port: Type = {
  kind: "union",
  of: [{ kind: "number" }, form("the name of a port", /^(?=.{1,15}$)(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/)],
};
const labelKey = /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/;
const labels: Type = {
  kind: "map",
  keys: { allowed: 'a label\'s name, e.g. "app.kubernetes.io/name"', accepts: (key) => labelKey.test(key) },
  of: form(
    "a label's value: up to 63 letters, digits, -, _ and .",
    /^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/,
  ),
};

export const kubernetesForms: Readonly<Record<string, Readonly<Record<string, Type>>>> = {
  "apps.v1.DeploymentStrategy": { type: words("RollingUpdate", "Recreate") },
  "apps.v1.RollingUpdateDeployment": { maxSurge: countOrPercentage, maxUnavailable: countOrPercentage },
  "autoscaling.v2.HPAScalingPolicy": { type: words("Pods", "Percent") },
  "autoscaling.v2.HPAScalingRules": { selectPolicy: words("Max", "Min", "Disabled") },
  "autoscaling.v2.MetricSpec": { type: words("Resource", "ContainerResource", "Pods", "Object", "External") },
  "autoscaling.v2.MetricTarget": {
    type: words("Utilization", "Value", "AverageValue"),
    averageValue: quantity,
    value: quantity,
  },
  "core.v1.Container": {
    imagePullPolicy: words("Always", "Never", "IfNotPresent"),
    terminationMessagePolicy: words("File", "FallbackToLogsOnError"),
  },
  "core.v1.ContainerPort": { protocol: words("TCP", "UDP", "SCTP") },
  "core.v1.EmptyDirVolumeSource": { medium: words("", "Memory", "HugePages"), sizeLimit: quantity },
  "core.v1.HTTPGetAction": { port, scheme: words("HTTP", "HTTPS") },
  "core.v1.LimitRangeItem": {
    type: words("Pod", "Container", "PersistentVolumeClaim"),
    default: quantities,
    defaultRequest: quantities,
    max: quantities,
    maxLimitRequestRatio: quantities,
    min: quantities,
  },
  "core.v1.NodeSelectorRequirement": { operator: words("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt") },
  "core.v1.PodSpec": {
    dnsPolicy: words("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"),
    nodeSelector: labels,
    restartPolicy: words("Always", "OnFailure", "Never"),
  },
  "core.v1.ResourceFieldSelector": { divisor: quantity },
  "core.v1.ResourceQuotaSpec": { hard: quantities },
  "core.v1.ResourceRequirements": { limits: quantities, requests: quantities },
  "core.v1.SeccompProfile": { type: words("RuntimeDefault", "Localhost", "Unconfined") },
  "core.v1.ServicePort": { protocol: words("TCP", "UDP", "SCTP"), targetPort: port },
  "core.v1.ServiceSpec": {
    externalTrafficPolicy: words("Cluster", "Local"),
    internalTrafficPolicy: words("Cluster", "Local"),
    ipFamilyPolicy: words("SingleStack", "PreferDualStack", "RequireDualStack"),
    sessionAffinity: words("ClientIP", "None"),
  },
  "core.v1.TCPSocketAction": { port },
  "core.v1.Toleration": {
    effect: words("NoSchedule", "PreferNoSchedule", "NoExecute"),
    operator: words("Exists", "Equal"),
  },
  "core.v1.TopologySpreadConstraint": {
    nodeAffinityPolicy: words("Honor", "Ignore"),
    nodeTaintsPolicy: words("Honor", "Ignore"),
    whenUnsatisfiable: words("DoNotSchedule", "ScheduleAnyway"),
  },
  "meta.v1.LabelSelector": { matchLabels: labels },
  "meta.v1.LabelSelectorRequirement": { operator: words("In", "NotIn", "Exists", "DoesNotExist") },
  "meta.v1.ObjectMeta": { labels },
  "networking.v1.HTTPIngressPath": { pathType: words("Exact", "Prefix", "ImplementationSpecific") },
  "networking.v1.NetworkPolicyPort": { port, protocol: words("TCP", "UDP", "SCTP") },
  "policy.v1.PodDisruptionBudgetSpec": {
    maxUnavailable: countOrPercentage,
    minAvailable: countOrPercentage,
    unhealthyPodEvictionPolicy: words("IfHealthyBudget", "AlwaysAllow"),
  },
  "rbac.v1.RoleRef": { kind: words("Role", "ClusterRole") },
  "rbac.v1.Subject": { kind: words("User", "Group", "ServiceAccount") },
};
