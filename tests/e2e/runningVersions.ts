/** The Kubernetes versions that the simulated Azure runs: those of a cluster and of its pools. */
import { simulation } from "../../local/stack/simulation.ts";

const clusterType = "Microsoft.ContainerService/managedClusters";

export interface RunningVersion {
  /** Resource id. */
  id: string;
  /** "cluster", or the name of the pool. */
  name: string;
  /** Minor version, e.g. "1.36". */
  minor: string;
  /** Whether Azure currently changes it. */
  busy: boolean;
}

interface ArmResource {
  id: string;
  name: string;
  type: string;
  properties: Record<string, unknown>;
}

/** @param resourceGroup of the cluster */
export async function runningVersions(resourceGroup: string): Promise<RunningVersion[]> {
  const { resources } = (await simulation("GET", "inventory")) as { resources: ArmResource[] };
  return resources
    .filter(
      ({ id, type }) =>
        id.includes(`/resourceGroups/${resourceGroup}/`) && [clusterType, `${clusterType}/agentPools`].includes(type),
    )
    .map(({ id, name, type, properties }) => {
      const version = String(properties.currentKubernetesVersion ?? properties.currentOrchestratorVersion);
      return {
        ...{ id, name: type === clusterType ? "cluster" : name },
        ...{ minor: version.split(".").slice(0, 2).join("."), busy: properties.provisioningState === "Updating" },
      };
    });
}
