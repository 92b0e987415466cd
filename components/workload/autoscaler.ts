/** The autoscaler: it sets the number of pods between two bounds, depending on the load. */
import type * as pulumi from "@pulumi/pulumi";
import { HorizontalPodAutoscaler } from "@pulumi/kubernetes/autoscaling/v2/index.js";
import type { input } from "@pulumi/kubernetes/types/index.js";
import { type Bounds, integerProblem } from "@tarmac/validate/numbers";
import { parseQuantity } from "@tarmac/validate/quantity";
import type { Autoscale, ResourceArgs } from "./workloadArgs.ts";
import { workloadBounds } from "./workloadBounds.ts";

export const defaultCpuPercent = 70;
const percentBounds = [1, 10_000] satisfies Bounds;

/** An example with every property, for error messages. */
export const autoscaleShape = `{min: 3, max: 10, cpuPercent: ${defaultCpuPercent}, memoryPercent: 80}`;
const shape = `write ${autoscaleShape}; both percentages are optional`;

/** Returns the problem with an autoscaler's bounds and targets, or `undefined`. `given` is the user's raw value. */
export function autoscaleProblem(given: unknown): string | undefined {
  if (typeof given !== "object" || given === null || Array.isArray(given)) return `it is not a map: ${shape}`;
  const { min, max, cpuPercent, memoryPercent, ...others } = given as Record<string, unknown>;
  const [other] = Object.keys(others);
  if (other !== undefined) return `"${other}" is not a property of an autoscaler: ${shape}`;
  for (const [property, value, bounds] of [
    ["min", min, workloadBounds.replicas],
    ["max", max, workloadBounds.replicas],
    ["cpuPercent", cpuPercent ?? defaultCpuPercent, percentBounds],
    ["memoryPercent", memoryPercent ?? 1, percentBounds],
  ] as const) {
    if (value === undefined) return `${property} is missing: ${shape}`;
    if (typeof value !== "number") return `${property} is not a number: ${shape}`;
    const problem = integerProblem(value, ...bounds);
    if (problem !== undefined) return `${property}: ${problem}`;
  }
  const [least, greatest] = [min as number, max as number];
  return least < greatest
    ? undefined
    : `max (${greatest}) is not greater than min (${least}): use a larger max, or a fixed number of replicas`;
}

/** Returns the problem with a target that pods of this size can never reach, or `undefined`. */
export function unreachableGoalProblem(
  { cpuPercent = defaultCpuPercent, memoryPercent }: Autoscale,
  requests: ResourceArgs,
  limits: ResourceArgs,
): string | undefined {
  for (const [resource, percent, effect] of [
    ["cpu", cpuPercent, "is throttled"],
    ["memory", memoryPercent, "is killed"],
  ] as const) {
    const [request, limit] = [parseQuantity(requests[resource]), parseQuantity(limits[resource])];
    if (percent === undefined || request === undefined || limit === undefined) continue;
    const most = Math.floor((limit / request) * 100);
    if (percent >= most)
      return `${resource}Percent ${percent} of the request "${requests[resource]}" is not below the limit "${limits[resource]}", at which the container ${effect}, so the number of pods would never grow: use less than ${most}`;
  }
  return undefined;
}

/** Creates the autoscaler of the Deployment with the same name. */
export function makeAutoscaler(
  name: string,
  { min, max, cpuPercent = defaultCpuPercent, memoryPercent }: Autoscale,
  metadata: input.meta.v1.ObjectMeta,
  deployment: pulumi.Input<string>,
  options: pulumi.CustomResourceOptions,
): HorizontalPodAutoscaler {
  const goals = [
    ["cpu", cpuPercent],
    ["memory", memoryPercent],
  ] as const;
  return new HorizontalPodAutoscaler(
    name,
    {
      metadata,
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: deployment },
        minReplicas: min,
        maxReplicas: max,
        metrics: goals.flatMap(([resource, percent]) =>
          percent === undefined
            ? []
            : [
                {
                  // Only the service's container counts: a sidecar without requests would make the pod's total unknown.
                  type: "ContainerResource",
                  containerResource: {
                    container: name,
                    name: resource,
                    target: { type: "Utilization", averageUtilization: percent },
                  },
                },
              ],
        ),
        behavior: {
          // Scale up immediately, as Kubernetes does by default. Scale down by half, and only after five minutes of
          // lower load, so that a short lull does not remove the pods that the next peak needs.
          scaleDown: {
            stabilizationWindowSeconds: 300,
            policies: [{ type: "Percent", value: 50, periodSeconds: 60 }],
          },
        },
      },
    },
    options,
  );
}
