/**
 * Compares a first update on a slow Azure with its critical path, the longest chain of resources that wait for each other. The
 * delays are Azure's, scaled down by a factor of twenty.
 *
 * The same run first measures the update without delays. The delays must add exactly as much as they add to the critical path.
 */
import { setDelays } from "../local/stack/simulation.ts";
import { ownStack } from "../tests/e2e/ownStack.ts";
import { criticalPath, type Timed } from "./delays/criticalPath.ts";
import { timedUp, type TimedUp } from "./delays/timedUp.ts";
import type { Bench, BenchOptions } from "./measure/bench.ts";
import { compare, type Result, type Samples } from "./measure/measure.ts";

export const delays: Bench = {
  title: "a first pulumi up on a slow Azure, compared with its critical path",
  needsEnvironment: true,
  runs: 1,
  measure,
};

const scale = 20;
/** A registry takes 30 s, a role assignment 60 s to propagate, a cluster 5 min. */
const azure = { registrySeconds: 30 / scale, grantPropagationSeconds: 60 / scale, clusterSeconds: 300 / scale };

const delayOf = new Map([
  ["azure-native:containerregistry/v20251101:Registry", azure.registrySeconds],
  ["azure-native:containerservice:ManagedCluster", azure.clusterSeconds],
]);

/**
 * Seconds that the delays add to a resource. AKS creates no cluster before the control plane's role on the kubelet identity has
 * propagated. AcrPull propagates long before the cluster pulls, so it adds nothing.
 */
const longer = ({ urn, type }: Timed) =>
  urn.endsWith("-operate-kubelet") ? azure.grantPropagationSeconds : (delayOf.get(type) ?? 0);

async function measure({ runs, say }: BenchOptions): Promise<Result> {
  const measured: number[] = [];
  const least: number[] = [];
  const plain: number[] = [];
  for (let run = 0; run < runs; run++) {
    const before = await once({});
    const slow = await once(azure);
    const growth = criticalPath(before.resources, longer) - criticalPath(before.resources);
    plain.push(before.seconds);
    measured.push(slow.seconds);
    least.push(before.seconds + growth);
    say(
      `run ${run + 1} of ${runs}: ${before.seconds.toFixed(1)} s without delays, ${slow.seconds.toFixed(1)} s with them, ` +
        `at least ${(before.seconds + growth).toFixed(1)} s`,
    );
  }
  const sample = (what: string, values: number[]): Samples => ({ what, unit: "s", values });
  const [real, path] = [sample("pulumi up with delays", measured), sample("its critical path", least)];
  const sum = Object.values(azure).reduce((a, b) => a + b, 0);
  return {
    samples: [real, path, sample("pulumi up without delays", plain)],
    comparisons: [compare(real, path, 1.05)],
    notes: [`One after the other, the delays would add ${sum.toFixed(1)} s.`],
  };
}

/** Creates and deletes a stack. Sets the delays only for its update, because they affect every stack on this machine. */
async function once(simulated: typeof azure | Record<string, never>): Promise<TimedUp> {
  const stack = await ownStack("bench-delays", { grantSeconds: simulated.grantPropagationSeconds ?? 0 });
  const interrupted = () => void setDelays({}).finally(() => process.exit(2));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, interrupted);
  try {
    await setDelays(simulated);
    return await timedUp(stack);
  } finally {
    await setDelays({});
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, interrupted);
    await stack.remove();
  }
}
