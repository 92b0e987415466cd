/** Checks annotations of a Gateway and of the resources that its implementation creates. */
import { azureAnnotation, azureAnnotationProblem, internalAnnotation } from "@tarmac/validate/azureServiceAnnotations";
import { annotationKeyProblem } from "@tarmac/validate/kubernetesNames";
import { pulumiAnnotationProblem } from "../workload/reservedMetadata.ts";

/** Returns the problem with an annotation of the Gateway itself, or `undefined`. */
export function gatewayAnnotationProblem(key: string): string | undefined {
  if (key.toLowerCase().startsWith(azureAnnotation))
    return `"${key}" has no effect on a Gateway, because the load balancer is not made from it: move it to the annotations of what the implementation creates (gatewayInfrastructureAnnotations)`;
  return pulumiAnnotationProblem(key) ?? annotationKeyProblem(key);
}

/**
 * Returns the problem with an annotation of the resources that the implementation creates, or `undefined`. The load
 * balancer accepts the same annotations as a Service.
 */
export function infrastructureAnnotationProblem(
  key: string,
  value: unknown,
  all: Readonly<Record<string, unknown>> = { [key]: value },
): string | undefined {
  const type = all[internalAnnotation] === "true" ? "InternalLoadBalancer" : "PublicLoadBalancer";
  const problem = annotationKeyProblem(key);
  if (problem !== undefined || typeof value !== "string") return problem;
  if (key === internalAnnotation && value === "false") return undefined;
  return azureAnnotationProblem(key, value, type, false);
}
