/**
 * Stopping and starting a managed cluster. The control plane and the nodes of a stopped cluster are gone; the objects of the API server
 * are kept. https://learn.microsoft.com/azure/aks/start-stop-cluster
 */
import type { Cloud } from "../cloud.ts";
import { ArmError } from "../armErrors.ts";
import type { Entry } from "../inventory.ts";
import { asObject } from "../jsonValues.ts";
import { agentPoolType } from "./agentPool.ts";
import type { LongAction } from "./resourceType.ts";
import { notAllowed, powerOf } from "./stoppedCluster.ts";

export const clusterPower: Record<"stop" | "start", LongAction> = {
  stop: {
    state: "Stopping",
    check: (entry) => {
      if (powerOf(entry) === "Stopped")
        throw new ArmError(
          409,
          "OperationNotAllowed",
          "managed cluster is not currently running, stopping cannot be performed",
        );
      // The message is from https://github.com/MicrosoftDocs/azure-docs/issues/118661; the HTTP status is not known.
      if (asObject(entry.resource.properties.nodeProvisioningProfile)?.mode === "Auto")
        throw new ArmError(
          409,
          "OperationNotAllowed",
          "Unable to perform 'stopping' operation since the cluster enables .properties.nodeProvisioningProfile.mode 'Auto'",
        );
    },
    run: async (cloud, entry, { startTime }) => {
      await cloud.simulation.wait(startTime, cloud.simulation.delays.clusterSeconds, cloud.stopping);
      await quietly(entry, () => cloud.kubernetes.sleep(entry.resource.tags?.stack ?? ""));
      await cloud.clusterApis.close(portOf(entry) ?? 0);
      setPower(cloud, entry, "Stopped");
    },
  },
  start: {
    state: "Starting",
    check: (entry) => {
      if (powerOf(entry) === "Running") throw notAllowed(entry, "starting");
    },
    run: async (cloud, entry, { startTime }) => {
      await cloud.simulation.wait(startTime, cloud.simulation.delays.clusterSeconds, cloud.stopping);
      await openApi(cloud, entry);
      await quietly(entry, () => cloud.kubernetes.wake(entry.resource.tags?.stack ?? ""));
      setPower(cloud, entry, "Running");
    },
  },
};

/** Like in a deletion, a Kubernetes that is down does not block Azure. */
async function quietly({ resource }: Entry, act: () => Promise<void>): Promise<void> {
  await act().catch((error: Error) =>
    process.stderr.write(`simulated Azure: the pods of ${resource.name} were left as they are: ${error.message}\n`),
  );
}

function setPower(cloud: Cloud, { resource }: Entry, code: "Running" | "Stopped"): void {
  for (const { resource: one } of [{ resource }, ...cloud.inventory.within(resource.id, agentPoolType)])
    cloud.inventory.patchProperties(one.id, { powerState: { code } });
}

/** The port of a cluster's API server; `undefined` for the port of the local Kubernetes. */
export const portOf = ({ inner }: Entry): number | undefined =>
  typeof inner.apiPort === "number" ? inner.apiPort : undefined;

/** Gives a new cluster's API server a port, and serves it. */
export async function giveApi(cloud: Cloud, entry: Entry): Promise<void> {
  if (portOf(entry) !== undefined) return openApi(cloud, entry);
  const taken = cloud.inventory.ofType(entry.resource.type).map(({ inner }) => inner.apiPort);
  const apiPort = cloud.clusterApis.freePort(taken);
  if (apiPort !== undefined) await openApi(cloud, cloud.inventory.put(entry.resource, { apiPort }));
}

/** Serves the API server of a cluster that runs. */
export async function openApi(cloud: Cloud, entry: Entry): Promise<void> {
  const port = portOf(entry);
  if (port !== undefined) await cloud.clusterApis.open(port);
}
