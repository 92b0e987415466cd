/** `Microsoft.ContainerRegistry/registries/replications`: additional regions of a registry. They do not copy images. */
import type { Cloud } from "../cloud.ts";
import { ArmError } from "../armErrors.ts";
import { asObject, asString, givenOnly } from "../jsonValues.ts";
import { containerRegistryVersions } from "../apiVersions.ts";
import { checkRegistryName } from "./registryNames.ts";
import type { ResourceType } from "./resourceType.ts";

const replicationType = "Microsoft.ContainerRegistry/registries/replications";

export const replication: ResourceType = {
  type: replicationType,
  apiVersions: containerRegistryVersions.filter((version) => version !== "2019-12-01-preview"),
  tracked: true,
  checkName: (name) => checkRegistryName("Replication", name),

  put: ({ cloud, scope, body, existing, location, id }) => {
    const registry = cloud.inventory.get(scope)?.resource;
    const sku = asString(registry?.sku?.name);
    if (registry === undefined || sku !== "Premium") {
      throw new ArmError(
        400,
        "SkuNotSupported",
        `Replications need the SKU Premium, and this registry has ${sku ?? "none"}.`,
      );
    }
    const others = replicationsOf(cloud, scope).filter((other) => other.id !== id);
    if (location === registry.location || others.some((other) => other.location === location)) {
      throw new ArmError(
        409,
        "ReplicationLocationInUse",
        `The registry ${registry.name} already has a replica in '${location}'.`,
      );
    }
    const before = existing?.resource.properties;
    return {
      resource: {
        location,
        properties: {
          regionEndpointEnabled: true,
          zoneRedundancy: "Disabled",
          ...before,
          ...givenOnly(asObject(body.properties) ?? {}),
          status: before?.status ?? { displayStatus: "Ready", timestamp: new Date().toISOString() },
        },
      },
    };
  },

  provision: (cloud, _, operation) =>
    cloud.simulation.wait(operation.startTime, cloud.simulation.delays.registrySeconds, cloud.stopping),
};

function replicationsOf(cloud: Cloud, registryId: string) {
  return cloud.inventory.within(registryId, replicationType).map(({ resource }) => resource);
}

/** @throws ArmError 400 when the registry has replications, which only Premium registries can have */
export function refuseReplicationsOf(cloud: Cloud, registryId: string): void {
  const [first] = replicationsOf(cloud, registryId);
  if (first === undefined) return;
  throw new ArmError(
    400,
    "SkuNotSupported",
    `The registry has the replication '${first.name}', which needs the SKU Premium.`,
  );
}
