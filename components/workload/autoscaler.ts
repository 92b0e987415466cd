/** How many pods: a number that the load decides about, between two bounds. */
import type * as pulumi from "@pulumi/pulumi";
import { HorizontalPodAutoscaler } from "@pulumi/kubernetes/autoscaling/v2/index.js";
import type { input } from "@pulumi/kubernetes/types/index.js";
import { type Bounds, integerProblem } from "@tarmac/validate/numbers";
import { parseQuantity } from "@tarmac/validate/quantity";
import type { Autoscale, ResourceArgs } from "./workloadArgs.ts";
import { workloadBounds } from "./workloadBounds.ts";

export const defaultCpuPercent = 70;
const percentBounds = [1, 10_000] satisfies Bounds;

/** An autoscaler with all that it can have, for messages. */
export const autoscaleShape = `{min: 3, max: 10, cpuPercent: ${defaultCpuPercent}, memoryPercent: 80}`;
const shape = `write ${autoscaleShape}; both percentages are optional`;

/** What is wrong with an autoscaler's bounds and goals, or `undefined`; `given` is whatever somebody wrote. */
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

/** What is wrong with a goal that pods of this size can never reach, or `undefined`. */
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

/** The autoscaler of a Deployment of the same name. */
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
                  // The service's own container: a sidecar that requests nothing would make the pod's sum unknown.
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
          // Up at once, as Kubernetes does by itself. Down in halves, when five minutes have needed no more: a short
          // lull must not cost the next wave its pods.
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
