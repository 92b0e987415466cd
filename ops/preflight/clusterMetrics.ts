/** Reads the metrics of a stack's API server. */
import { ClusterReader, ReadRefused, Unreachable } from "../cluster/clusterReader.ts";
import { CouldNotRun } from "../couldNotRun.ts";
import { findPlace } from "../doctor/target.ts";

/** @returns the Prometheus text format @throws CouldNotRun if the cluster cannot be read */
export async function readClusterMetrics(stack: string): Promise<string> {
  const { kubeconfig } = await findPlace({ stack });
  try {
    return await new ClusterReader(kubeconfig).text("/metrics", {}, "text/plain");
  } catch (error) {
    if (error instanceof ReadRefused || error instanceof Unreachable)
      throw new CouldNotRun(`the API server's metrics cannot be read: ${error.message}`, { cause: error });
    throw error;
  }
}
