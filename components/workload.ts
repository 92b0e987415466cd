import * as pulumi from "@pulumi/pulumi";
import { Deployment } from "@pulumi/kubernetes/apps/v1/index.js";
import { Service, ServiceAccount } from "@pulumi/kubernetes/core/v1/index.js";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/index.js";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1/index.js";
import { azureAnnotation, internalAnnotation } from "@tarmac/validate/azureServiceAnnotations";
import { clientIdAnnotation } from "./azure/workloadIdentity.ts";
import { withDefaults, type WorkloadArgs, type WorkloadSettings } from "./workload/workloadArgs.ts";
import { makeAutoscaler } from "./workload/autoscaler.ts";
import { networkRules } from "./workload/networkRules.ts";
import { podTemplate, portName } from "./workload/podTemplate.ts";
import { progressDeadlineSeconds } from "./workload/workloadBounds.ts";
import { throwIfWorkloadInvalid } from "./workload/workloadValidation.ts";
import { makeRoute, routeUrl } from "./workload/route.ts";
import { makeValues } from "./workload/configAndSecret.ts";
import { secretProviderClass } from "./workload/keyVaultSecrets.ts";

/**
 * A stateless HTTP service: Deployment, Service, ServiceAccount without a token, disruption budget and network policy.
 * An autoscaler, a ConfigMap, a Secret, secrets of a Key Vault and an HTTP route are optional. Its parts are in `workload/`.
 *
 * The update waits until the Deployment has rolled out. If the rollout fails, the old pods keep serving.
 *
 * Use `transforms` to change resource properties that no argument covers.
 * @example
 * ```ts
 * new Workload("hello", args, {
 *   transforms: [
 *     ({ type, props, opts }) =>
 *       type === "kubernetes:core/v1:ServiceAccount" ? { props: { ...props, secrets: [{ name: "signing-key" }] }, opts } : undefined,
 *   ],
 * });
 * ```
 */
export class Workload extends pulumi.ComponentResource {
  /** Name of the Deployment and of the Service. */
  readonly workloadName: pulumi.Output<string>;
  /**
   * Where the service answers: the URL of the route or load balancer, otherwise the name and port inside the cluster.
   */
  readonly address: pulumi.Output<string>;

  /** @throws pulumi.InputPropertyError or pulumi.InputPropertiesError naming each invalid argument. */
  constructor(name: string, args: WorkloadArgs, opts?: pulumi.ComponentResourceOptions) {
    const s = withDefaults(args);
    throwIfWorkloadInvalid(name, s, args);
    super("tarmac:kubernetes:Workload", name, {}, opts);

    const child = { parent: this, deletedWith: opts?.deletedWith };
    const selector = { "app.kubernetes.io/name": name };
    const metadata = { name, namespace: s.namespace, labels: { ...s.labels, ...selector } };

    const serviceAccount = new ServiceAccount(
      name,
      {
        metadata: {
          ...metadata,
          ...(s.identity !== undefined && { annotations: { [clientIdAnnotation]: s.identity.clientId } }),
        },
        automountServiceAccountToken: false,
      },
      child,
    );
    // The policy comes before the pods, so that it applies from the first pod's start.
    const networkPolicy = new NetworkPolicy(name, { metadata, spec: networkRules(s, selector) }, child);
    const values = makeValues(name, s, metadata, child);
    const keyVault =
      s.keyVault && s.identity && secretProviderClass(name, s.keyVault, s.identity.clientId, metadata, child);
    const deployment = new Deployment(
      name,
      {
        metadata: { ...metadata, annotations: deploymentAnnotations(s) },
        spec: {
          replicas: s.autoscale?.min ?? s.replicas,
          selector: { matchLabels: selector },
          // A new pod must be ready before an old pod stops, and must stay ready for a while. Otherwise a crash right
          // after the start would count as success.
          strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
          minReadySeconds: 5,
          progressDeadlineSeconds: progressDeadlineSeconds(s.startupSeconds),
          revisionHistoryLimit: 5,
          template: podTemplate(name, s, selector, serviceAccount.metadata.name, { ...values, keyVault }),
        },
      },
      {
        ...child,
        dependsOn: [networkPolicy],
        // The first update sets the autoscaler's minimum. After that the autoscaler owns the number, and every update,
        // preview and drift check ignores it. Omitting the number instead would reset it to one when a fixed number
        // becomes autoscaled, because no other manager owns the field then.
        ...(s.autoscale !== undefined && { ignoreChanges: ["spec.replicas"] }),
        ...(s.startupSeconds > 0 && { customTimeouts: rolloutTimeouts(s) }),
      },
    );
    if (s.autoscale !== undefined) makeAutoscaler(name, s.autoscale, metadata, deployment.metadata.name, child);
    new PodDisruptionBudget(
      name,
      {
        metadata,
        spec: {
          // maxUnavailable rather than minAvailable: a budget that allows no disruption blocks every node upgrade.
          maxUnavailable: 1,
          selector: { matchLabels: selector },
          unhealthyPodEvictionPolicy: "AlwaysAllow",
        },
      },
      child,
    );
    const service = new Service(
      name,
      {
        metadata: { ...metadata, annotations: serviceAnnotations(s) },
        spec: {
          type: s.serviceType === "ClusterIP" ? "ClusterIP" : "LoadBalancer",
          selector,
          ...(s.serviceType !== "ClusterIP" && s.ingressFrom.length > 0 && { loadBalancerSourceRanges: s.ingressFrom }),
          ports: [{ name: portName, port: s.servicePort, targetPort: portName, protocol: "TCP", appProtocol: "http" }],
        },
      },
      child,
    );

    if (s.route !== undefined)
      makeRoute(name, s.route, s.servicePort, metadata, { ...child, dependsOn: [service, deployment] });

    this.workloadName = deployment.metadata.name;
    this.address =
      s.route !== undefined
        ? pulumi.output(routeUrl(s.route))
        : s.serviceType === "ClusterIP"
          ? pulumi.interpolate`${name}.${s.namespace}.svc:${s.servicePort}`
          : service.status.apply((status) => loadBalancerUrl(name, status, s.servicePort));
    this.registerOutputs({ workloadName: this.workloadName, address: this.address });
  }
}

/** Records who sets the number of pods, so that changing it changes the Deployment. */
function deploymentAnnotations({ autoscale, replicas }: WorkloadSettings): Record<string, string> {
  return {
    "tarmac.dev/replicas": autoscale === undefined ? String(replicas) : "autoscaled",
    // The program overrides fields that `kubectl scale` or a removed autoscaler has set. Otherwise the update would
    // fail with a conflict.
    "pulumi.com/patchForce": "true",
  };
}

/** Pods start one at a time, so the timeout adds one slow start per pod to the provider's own ten minutes. */
function rolloutTimeouts({ startupSeconds, autoscale, replicas }: WorkloadSettings): pulumi.CustomTimeouts {
  const time = `${600 + startupSeconds * (autoscale?.max ?? replicas)}s`;
  return { create: time, update: time };
}

function serviceAnnotations(s: WorkloadSettings): WorkloadSettings["serviceAnnotations"] {
  // The provider waits about 10 s for the endpoints of every Service. Here the Deployment already waits for them.
  if (s.serviceType === "ClusterIP") return { "pulumi.com/skipAwait": "true", ...s.serviceAnnotations };
  const internal = s.serviceType === "InternalLoadBalancer";
  return {
    // Without this annotation, Azure's load balancer probes "/" and forwards nothing unless it answers 200.
    // https://learn.microsoft.com/azure/aks/configure-load-balancer-standard#health-probe-request-path-annotation
    [`${azureAnnotation}load-balancer-health-probe-request-path`]: s.readiness.path,
    ...(internal && { [internalAnnotation]: "true" }),
    ...s.serviceAnnotations,
  };
}

/** @throws Error when the load balancer has no address after the provider waited for the Service */
export function loadBalancerUrl(
  name: string,
  status: { loadBalancer?: { ingress?: { ip?: string; hostname?: string }[] } } | undefined,
  port: number,
): string {
  const [ingress] = status?.loadBalancer?.ingress ?? [];
  const host = ingress?.ip ?? ingress?.hostname;
  if (host === undefined) {
    throw new Error(
      `the load balancer of Service "${name}" has no address, usually because of a quota of public addresses: see "kubectl describe service ${name}"`,
    );
  }
  return `http://${host}${port === 80 ? "" : `:${port}`}`;
}
