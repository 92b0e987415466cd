/**
 * Whether a stack's managed clusters run; stops and starts them.
 * https://learn.microsoft.com/azure/aks/start-stop-cluster
 */
import type { ManagedCluster } from "@azure/arm-containerservice";
import { shortName } from "../pulumi/stackName.ts";
import { isOf, type Marks } from "./marks.ts";
import { signIn, type Azure, type AzureSettings } from "./signIn.ts";

export type Power = "running" | "stopped" | "starting" | "stopping";

export interface PoweredCluster {
  name: string;
  resourceGroup: string;
  tags: Record<string, string>;
  power: Power;
}

export interface ClusterPower {
  /** Every managed cluster in the subscription. */
  list(): Promise<PoweredCluster[]>;
  /** Stops the cluster, and waits until it is stopped. */
  stop(cluster: PoweredCluster): Promise<void>;
  /** Starts the cluster, and waits until it runs. */
  start(cluster: PoweredCluster): Promise<void>;
}

/** @throws CouldNotRun saying why Azure cannot be reached */
export async function clusterPower(
  settings: AzureSettings,
  env: NodeJS.ProcessEnv = process.env,
  abortSignal?: AbortSignal,
): Promise<ClusterPower> {
  return clusterPowerOf(await signIn(settings, env), abortSignal);
}

export async function clusterPowerOf(
  { credential, subscription, endpoint, scopes }: Azure,
  abortSignal?: AbortSignal,
): Promise<ClusterPower> {
  const { ContainerServiceClient } = await import("@azure/arm-containerservice");
  const { managedClusters } = new ContainerServiceClient(credential, subscription, {
    endpoint,
    credentials: { scopes },
  });
  return {
    async list() {
      const found: PoweredCluster[] = [];
      for await (const cluster of managedClusters.list({ abortSignal })) found.push(powered(cluster));
      return found;
    },
    async stop({ resourceGroup, name, power }) {
      // Azure refuses to stop a stopped cluster.
      if (power !== "stopped") await managedClusters.stop(resourceGroup, name, { abortSignal });
    },
    async start({ resourceGroup, name, power }) {
      if (power !== "running") await managedClusters.start(resourceGroup, name, { abortSignal });
    },
  };
}

const inProgress: Readonly<Record<string, Power>> = { Stopping: "stopping", Starting: "starting" };

function powered({ id = "", name = "", tags = {}, powerState, provisioningState }: ManagedCluster): PoweredCluster {
  const [, resourceGroup = ""] = /\/resourceGroups\/([^/]+)\//i.exec(id) ?? [];
  const moving = inProgress[provisioningState ?? ""];
  return { name, resourceGroup, tags, power: moving ?? (powerState?.code === "Stopped" ? "stopped" : "running") };
}

/** The clusters that the program created for a stack. @param of the stack may include its organization and project */
export const clustersOfStack = (
  clusters: readonly PoweredCluster[],
  of: Pick<Marks, "app" | "stack"> & Partial<Marks>,
): PoweredCluster[] => clusters.filter(({ tags }) => isOf(tags, { ...of, stack: shortName(of.stack) }));
