/**
 * A stack's existing resources in Azure, found by its tags: its cluster with its pools, and the names it already owns.
 */
import type { ResourceReader } from "../azure/resourceReader.ts";
import type { PlannedStack } from "./plannedStack.ts";

export interface ExistingPool {
  vmSize: string;
  count: number;
  spot: boolean;
}

export interface ExistingCluster {
  id: string;
  /** The running version, e.g. "1.34.2". */
  version: string;
  location: string;
  pools: ExistingPool[];
}

export interface ExistingStack {
  /** Ids of all resources with the stack's tags. */
  ids: string[];
  cluster?: ExistingCluster;
}

const resourcesVersion = "2021-04-01";
export const containerServiceVersion = "2025-09-01";

interface Tagged {
  id: string;
  type: string;
  managedBy?: string;
  tags?: Record<string, string>;
}

interface Cluster {
  id: string;
  location: string;
  properties: {
    currentKubernetesVersion?: string;
    kubernetesVersion?: string;
    agentPoolProfiles?: { vmSize?: string; count?: number; scaleSetPriority?: string }[];
  };
}

/** @throws AzureRefused */
export async function existingStack(
  azure: ResourceReader,
  subscription: string,
  { app, stack }: Pick<PlannedStack, "app" | "stack">,
): Promise<ExistingStack> {
  const listed = await azure.list<Tagged>(`${subscription}/resources`, resourcesVersion, {
    $filter: `tagName eq 'stack' and tagValue eq '${stack}'`,
  });
  const own = listed.filter(
    ({ managedBy, tags = {} }) => managedBy === undefined && tags["managed-by"] === "tarmac" && tags.app === app,
  );
  const ids = own.map(({ id }) => id);
  const clusterId = own.find(({ type }) => type.toLowerCase() === "microsoft.containerservice/managedclusters")?.id;
  if (clusterId === undefined) return { ids };
  const { location, properties } = await azure.get<Cluster>(clusterId, containerServiceVersion);
  return {
    ids,
    cluster: {
      id: clusterId,
      location,
      version: properties.currentKubernetesVersion ?? properties.kubernetesVersion ?? "",
      pools: (properties.agentPoolProfiles ?? []).map(({ vmSize = "", count = 0, scaleSetPriority }) => ({
        vmSize,
        count,
        spot: scaleSetPriority === "Spot",
      })),
    },
  };
}
