/**
 * Labels and annotations that a workload must not have, because they would make it insecure or unreachable, or have no
 * effect.
 */
import { useLabel } from "../azure/workloadIdentity.ts";
import { azureAnnotation, azureAnnotationProblem } from "@tarmac/validate/azureServiceAnnotations";
import { annotationKeyProblem, annotationsSizeProblem, labelProblem } from "@tarmac/validate/kubernetesNames";
import type { Finding } from "../invalidArguments.ts";
import type { WorkloadSettings } from "./workloadArgs.ts";

/** Reserved labels, by key or domain, and the reason. */
const reservedLabels: readonly (readonly [pattern: RegExp, why: string])[] = [
  [/^app\.kubernetes\.io\/name$/, "is set by tarmac to select the pods"],
  [/^kubernetes\.io\/metadata\.name$/, "is set by Kubernetes to the name of the namespace, and policies select by it"],
  [/^(pod-template-hash|controller-revision-hash)$/, "is set by Kubernetes to tell the pods of two versions apart"],
  [/^gateway\.networking\.k8s\.io\//, "marks the pods of a Gateway, which everybody may connect to"],
  [
    /^service\.kubernetes\.io\/service-proxy-name$/,
    "takes the Service away from the nodes, so that nothing reaches it",
  ],
  [/^pod-security\.kubernetes\.io\//, "has an effect on a namespace only, where tarmac sets it"],
  [
    /^service\.kubernetes\.io\/headless$/,
    "takes the endpoints away from the nodes, so that nothing reaches the Service",
  ],
];

/** Annotations that inject service mesh sidecars, whose init container changes the pod's network as root. */
const meshInjection =
  /^(sidecar\.istio\.io\/inject|linkerd\.io\/inject|consul\.hashicorp\.com\/connect-inject|kuma\.io\/sidecar-injection)$/;
/** Labels that have the same effect, as those of a pod or of its namespace. Any value of the revision names a mesh. */
const meshLabels = /^(istio\.io\/rev|istio-injection)$/;
const injects = (value: unknown) => typeof value === "string" && /^(true|enabled|ingress|yes)$/.test(value);
const injectionProblem = (key: string, value: unknown) =>
  (meshInjection.test(key) && injects(value)) || (meshLabels.test(key) && value !== "disabled")
    ? `"${key}: ${String(value)}" adds a container that changes the pod's network as root, which Pod Security (restricted) refuses, so no pod would be created: remove it`
    : undefined;

/** Returns the problem with a label of the workload, or `undefined`. */
export function ownLabelProblem(key: string, value: string): string | undefined {
  if (key === useLabel && value !== "true")
    return `"${key}: ${value}" has no effect, because the webhook of workload identities looks for "true" alone: use "true", or remove it`;
  const injection = injectionProblem(key, value);
  if (injection !== undefined) return injection;
  const reserved = reservedLabels.find(([pattern]) => pattern.test(key));
  return reserved === undefined ? labelProblem(key, value) : `${key} ${reserved[1]}: use another label`;
}

const notOnPods: readonly (readonly [pattern: RegExp, why: string])[] = [
  [
    /^(container\.)?seccomp\.security\.alpha\.kubernetes\.io\//,
    "has had no effect since Kubernetes 1.27, and the pods have the profile RuntimeDefault",
  ],
  [/^pod-security\.kubernetes\.io\//, "has an effect as a label of a namespace only, where tarmac sets it"],
  [/^pulumi\.com\//, "has no effect on pods"],
  [/^kubectl\.kubernetes\.io\/last-applied-configuration$/, "belongs to kubectl apply"],
];

/** https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md */
const safeToEvict = "cluster-autoscaler.kubernetes.io/safe-to-evict";

/** Returns the problem with an annotation of the pods, or `undefined`. */
export function podAnnotationProblem(key: string, value: unknown): string | undefined {
  const reserved = notOnPods.find(([pattern]) => pattern.test(key));
  if (reserved !== undefined) return `"${key}" ${reserved[1]}: remove it`;
  if (key === useLabel) return `"${key}" has an effect as a label only: move it to labels`;
  const injection = injectionProblem(key, value);
  if (injection !== undefined) return injection;
  if (key === safeToEvict && typeof value === "string" && !/^(true|false)$/.test(value))
    return `"${key}: ${value}" has no effect, because the autoscaler of nodes looks for "true" or "false": use one of these`;
  if (/^prometheus\.io\/port$/.test(key) && typeof value === "string" && !/^\d{1,5}$/.test(value))
    return `"${key}: ${value}" is not a port number: use the number, e.g. "8080"`;
  if (/^container\.apparmor\.security\.beta\.kubernetes\.io\//.test(key) && value === "unconfined")
    return `"${key}: unconfined" turns AppArmor off, and Pod Security refuses such pods: remove it, or use "runtime/default"`;
  return annotationKeyProblem(key);
}

/** Returns the problem with an annotation that controls Pulumi, or `undefined`. The Gateway uses it too. */
export const pulumiAnnotationProblem = (key: string): string | undefined =>
  /^pulumi\.com\//.test(key)
    ? `"${key}" is set by tarmac, which decides what an update waits for: remove it`
    : undefined;

/** Returns the problem with an annotation of the Service, or `undefined`. */
export function serviceAnnotationProblem(
  key: string,
  value: unknown,
  {
    serviceType,
    ingressFrom,
    serviceAnnotations,
  }: Pick<WorkloadSettings, "serviceType" | "ingressFrom" | "serviceAnnotations">,
): string | undefined {
  const ofPulumi = pulumiAnnotationProblem(key);
  if (ofPulumi !== undefined) return ofPulumi;
  if (key === "kubectl.kubernetes.io/last-applied-configuration") return `"${key}" belongs to kubectl apply: remove it`;
  if (key === "service.beta.kubernetes.io/load-balancer-source-ranges")
    return `"${key}" limits the load balancer alone: use ingressFrom, which limits the pods' other clients too, and remove the annotation`;
  const withoutLink = privateLinkProblem(key, value, serviceType, serviceAnnotations);
  if (withoutLink !== undefined) return withoutLink;
  return (
    annotationKeyProblem(key) ??
    (typeof value === "string" ? azureAnnotationProblem(key, value, serviceType, ingressFrom.length > 0) : undefined)
  );
}

/**
 * A private link to a public load balancer needs the pods' own port in its rules.
 * https://cloud-provider-azure.sigs.k8s.io/topics/pls-integration/
 */
function privateLinkProblem(
  key: string,
  value: unknown,
  serviceType: WorkloadSettings["serviceType"],
  all: Readonly<Record<string, unknown>>,
): string | undefined {
  const floating = `${azureAnnotation}disable-load-balancer-floating-ip`;
  return key === `${azureAnnotation}pls-create` &&
    value === "true" &&
    serviceType === "PublicLoadBalancer" &&
    all[floating] !== "true"
    ? `"${key}" has no effect on a public load balancer, which answers at its own address only: set serviceType to "InternalLoadBalancer", or add "${floating}: true"`
    : undefined;
}

/** Returns the problems of a workload's labels and annotations, by property path. */
export const metadataFindings = (
  s: Pick<WorkloadSettings, "labels" | "podAnnotations" | "serviceAnnotations" | "serviceType" | "ingressFrom">,
): Finding[] => [
  ...Object.entries(s.labels).map(([key, value]): Finding => [
    `labels.${key}`,
    ownLabelProblem(key, typeof value === "string" ? value : ""),
  ]),
  ...Object.entries(s.serviceAnnotations).map(([key, value]): Finding => [
    `serviceAnnotations.${key}`,
    serviceAnnotationProblem(key, value, s),
  ]),
  ["serviceAnnotations", annotationsSizeProblem(s.serviceAnnotations)],
  ...Object.entries(s.podAnnotations).map(([key, value]): Finding => [
    `podAnnotations.${key}`,
    podAnnotationProblem(key, value),
  ]),
  ["podAnnotations", annotationsSizeProblem(s.podAnnotations)],
];
