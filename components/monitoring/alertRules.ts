/**
 * Alerts about common failures of a service. They use only metrics that Azure's managed Prometheus collects by default:
 * https://learn.microsoft.com/azure/azure-monitor/containers/prometheus-metrics-scrape-default
 */
export interface AlertRule {
  alert: string;
  /** PromQL; Azure limits it to the rule group's cluster. */
  expression: string;
  /** How long the expression must be true, as an ISO 8601 duration. */
  for: string;
  /** 0 (critical) to 4 (verbose). */
  severity: number;
  description: string;
}

/** @param namespace only workloads of this namespace; default: all namespaces */
export function alertRules(namespace?: string): AlertRule[] {
  const within = namespace === undefined ? "" : `, namespace="${namespace}"`;
  const workloads = namespace === undefined ? "" : `{namespace="${namespace}"}`;
  const container = "cluster, namespace, pod, container";
  const waiting = (reasons: string) =>
    `max by (${container}) (max_over_time(kube_pod_container_status_waiting_reason{reason=~"${reasons}"${within}}[5m])) >= 1`;
  return [
    {
      alert: "NoReadyReplica",
      expression:
        `max by (cluster, namespace, deployment) (kube_deployment_spec_replicas${workloads}) > 0 ` +
        `and max by (cluster, namespace, deployment) (kube_deployment_status_replicas_ready${workloads}) == 0`,
      for: "PT5M",
      severity: 1,
      description: "No pod of {{ $labels.namespace }}/{{ $labels.deployment }} is ready: the service answers nothing.",
    },
    {
      alert: "CrashLoop",
      expression: waiting("CrashLoopBackOff"),
      for: "PT5M",
      severity: 2,
      description:
        "{{ $labels.container }} of {{ $labels.namespace }}/{{ $labels.pod }} starts and fails again and again.",
    },
    {
      alert: "OutOfMemory",
      // The last termination reason stays until the container is deleted, so it counts only together with a recent
      // restart.
      expression:
        `max by (${container}) (kube_pod_container_status_last_terminated_reason{reason="OOMKilled"${within}}) == 1 ` +
        `and on (${container}) sum by (${container}) (increase(kube_pod_container_status_restarts_total${workloads}[10m])) > 0`,
      for: "PT1M",
      severity: 2,
      description:
        "{{ $labels.container }} of {{ $labels.namespace }}/{{ $labels.pod }} was killed at its memory limit.",
    },
    {
      alert: "ImagePullFailed",
      expression: waiting("ImagePullBackOff|ErrImagePull|InvalidImageName"),
      for: "PT5M",
      severity: 2,
      description:
        "The image of {{ $labels.container }} of {{ $labels.namespace }}/{{ $labels.pod }} cannot be pulled.",
    },
    {
      alert: "NodeNotReady",
      expression: 'max by (cluster, node) (kube_node_status_condition{condition="Ready", status="true"}) == 0',
      for: "PT10M",
      severity: 2,
      description: "The node {{ $labels.node }} is not ready.",
    },
  ];
}
