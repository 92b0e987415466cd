import * as pulumi from "@pulumi/pulumi";
import { Deployment } from "@pulumi/kubernetes/apps/v1/index.js";
import { Service, ServiceAccount } from "@pulumi/kubernetes/core/v1/index.js";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/index.js";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1/index.js";
import { podTemplate, portName } from "./workload/podTemplate.ts";
import {
  refuseBadWorkload,
  withDefaults,
  type ServiceType,
  type WorkloadArgs,
  type WorkloadSettings,
} from "./workload/args.ts";

/**
 * A stateless HTTP service: Deployment, Service, ServiceAccount without token, disruption budget and network policy.
 *
 * The update waits until the Deployment has rolled out; a rollout that fails leaves the old pods serving.
 */
export class Workload extends pulumi.ComponentResource {
  /** Name of the Deployment and of the Service. */
  readonly workloadName: pulumi.Output<string>;
  /** Where the service answers: a URL for load balancers, else the name and port inside the cluster. */
  readonly address: pulumi.Output<string>;

  /** @throws pulumi.InputPropertyError or pulumi.InputPropertiesError naming each argument that is refused. */
  constructor(name: string, args: WorkloadArgs, opts?: pulumi.ComponentResourceOptions) {
    const s = withDefaults(args);
    refuseBadWorkload(name, s);
    super("tarmac:kubernetes:Workload", name, {}, opts);

    const child = { parent: this, deletedWith: opts?.deletedWith };
    const selector = { "app.kubernetes.io/name": name };
    const metadata = { name, namespace: s.namespace, labels: { ...s.labels, ...selector } };

    const serviceAccount = new ServiceAccount(name, { metadata, automountServiceAccountToken: false }, child);
    // Before the pods: what is true of the first pod must be true from its first second on.
    const networkPolicy = new NetworkPolicy(name, { metadata, spec: networkRules(s, selector) }, child);
    const deployment = new Deployment(
      name,
      {
        metadata,
        spec: {
          replicas: s.replicas,
          selector: { matchLabels: selector },
          // A new pod must be ready before an old one goes, and stay so for a while: a crash right after the start
          // would count as success otherwise.
          strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
          minReadySeconds: 5,
          progressDeadlineSeconds: 300,
          revisionHistoryLimit: 5,
          template: podTemplate(name, s, selector, serviceAccount.metadata.name),
        },
      },
      { ...child, dependsOn: [networkPolicy] },
    );
    new PodDisruptionBudget(
      name,
      {
        metadata,
        spec: {
          // maxUnavailable and not minAvailable: a budget that allows nothing blocks every node upgrade.
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
        metadata: { ...metadata, annotations: serviceAnnotations(s.serviceType) },
        spec: {
          type: s.serviceType === "ClusterIP" ? "ClusterIP" : "LoadBalancer",
          selector,
          ports: [{ name: portName, port: s.servicePort, targetPort: portName, protocol: "TCP", appProtocol: "http" }],
        },
      },
      child,
    );

    this.workloadName = deployment.metadata.name;
    this.address =
      s.serviceType === "ClusterIP"
        ? pulumi.interpolate`${name}.${s.namespace}.svc:${s.servicePort}`
        : service.status.apply((status) => loadBalancerUrl(name, status, s.servicePort));
    this.registerOutputs({ workloadName: this.workloadName, address: this.address });
  }
}

function serviceAnnotations(type: ServiceType): Record<string, string> {
  // The provider waits some 10 s for endpoints of every Service; those of this one are awaited with the Deployment.
  if (type === "ClusterIP") return { "pulumi.com/skipAwait": "true" };
  return type === "InternalLoadBalancer" ? { "service.beta.kubernetes.io/azure-load-balancer-internal": "true" } : {};
}

/** In: the service's port, from pods of the cluster or, behind a load balancer, from everywhere. Out: name resolution, and what was asked for. */
function networkRules({ serviceType, egressTo }: WorkloadSettings, selector: Record<string, string>) {
  return {
    podSelector: { matchLabels: selector },
    policyTypes: ["Ingress", "Egress"],
    ingress: [
      {
        from: serviceType === "ClusterIP" ? [{ namespaceSelector: {} }] : [],
        ports: [{ port: portName, protocol: "TCP" }],
      },
    ],
    egress: [
      {
        to: [
          {
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
            podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
          },
        ],
        ports: [
          { port: 53, protocol: "UDP" },
          { port: 53, protocol: "TCP" },
        ],
      },
      ...(egressTo.length > 0 ? [{ to: egressTo.map((cidr) => ({ ipBlock: { cidr } })) }] : []),
    ],
  };
}

/** @throws Error when the load balancer has no address although the Service was awaited. */
export function loadBalancerUrl(
  name: string,
  status: { loadBalancer?: { ingress?: { ip?: string; hostname?: string }[] } } | undefined,
  port: number,
): string {
  const [ingress] = status?.loadBalancer?.ingress ?? [];
  const host = ingress?.ip ?? ingress?.hostname;
  if (host === undefined) {
    throw new Error(
      `the load balancer of Service "${name}" has no address: see "kubectl describe service ${name}", usually a quota of public addresses`,
    );
  }
  return `http://${host}${port === 80 ? "" : `:${port}`}`;
}
