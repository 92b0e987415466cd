/**
 * The add-on `azureKeyvaultSecretsProvider` of the simulated clusters: whether one has it, how often secrets rotate, and its identity, which
 * AKS creates in the node resource group. As all clusters have the one local Kubernetes behind them, the driver runs while any of them has
 * the add-on, and with the shortest interval.
 * https://learn.microsoft.com/azure/aks/csi-secrets-store-driver
 */
import type { Cloud, SecretsStore } from "../cloud.ts";
import type { Entry } from "../inventory.ts";
import { asObject, asString, type JsonObject } from "../jsonValues.ts";
import { identityType, newIdentityProperties } from "../resourceTypes/userAssignedIdentity.ts";
import { csiDriver, type Mounter, systemMounter } from "./csiDriver.ts";
import { serveCsiDriver } from "./csiServer.ts";
import { driverName } from "./driverObjects.ts";

const addOn = "azureKeyvaultSecretsProvider";
const addOnOf = (properties: JsonObject) => asObject(asObject(properties.addonProfiles)?.[addOn]);
const hasAddOn = ({ properties }: Entry["resource"]) =>
  addOnOf(properties)?.enabled === true && properties.provisioningState !== "Deleting";

/** AKS's default interval. */
const defaultInterval = "2m";
const unitMilliseconds: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of an interval such as "2m" or "1h30m"; undefined if it is none. */
export function intervalMilliseconds(interval: string): number | undefined {
  if (!/^(\d+[smh])+$/.test(interval)) return undefined;
  const parts = interval.match(/\d+[smh]/g) ?? [];
  return parts.reduce((sum, part) => sum + parseInt(part) * (unitMilliseconds[part.slice(-1)] ?? 0), 0);
}

/** Milliseconds after which secrets are read again; undefined while no cluster rotates them. */
function rotationOf(clusters: readonly Entry[]): number | undefined {
  const intervals = clusters.flatMap(({ resource }) => {
    const config = asObject(addOnOf(resource.properties)?.config);
    if (!hasAddOn(resource) || config?.enableSecretRotation !== "true") return [];
    return intervalMilliseconds(asString(config.rotationPollInterval) ?? defaultInterval) ?? [];
  });
  return intervals.length === 0 ? undefined : Math.min(...intervals);
}

/** The kubelet of the local node. */
export interface Kubelet {
  /** Its folder, with pods and plugins. */
  folder: string;
  nodeName: string;
  /** Default: the system's. */
  mounter?: Mounter;
}

const clustersOf = (cloud: Cloud) => cloud.inventory.ofType("Microsoft.ContainerService/managedClusters");
const isWanted = (cloud: Cloud) => clustersOf(cloud).some(({ resource }) => hasAddOn(resource));

/** Runs the driver on the local node. */
export class NodeSecretsStore implements SecretsStore {
  readonly #kubelet: Kubelet | undefined;
  #served: Promise<{ close(): void }> | undefined;

  constructor(kubelet: Kubelet | undefined) {
    this.#kubelet = kubelet;
  }

  async follow(cloud: Cloud): Promise<void> {
    const wanted = isWanted(cloud);
    await cloud.kubernetes.secretsStore(wanted);
    if (wanted) await this.#serve(cloud);
    else await this.stop();
  }

  resume(cloud: Cloud): void {
    if (!isWanted(cloud)) return;
    this.#serve(cloud).catch((error: Error) => {
      process.stderr.write(`simulated Azure: the driver for secrets is not served: ${error.message}\n`);
    });
  }

  async #serve(cloud: Cloud): Promise<void> {
    if (this.#kubelet === undefined) return;
    const { folder, nodeName, mounter = systemMounter } = this.#kubelet;
    const driver = csiDriver(cloud, () => rotationOf(clustersOf(cloud)), mounter);
    this.#served ??= serveCsiDriver(driver, { name: driverName, nodeName, kubeletFolder: folder });
    await this.#served;
  }

  async stop(): Promise<void> {
    const served = this.#served;
    this.#served = undefined;
    (await served?.catch(() => undefined))?.close();
  }
}

/** The add-on's identity, which AKS creates. It has no role, and no federated credential. */
export function giveAddOnIdentity(cloud: Cloud, { resource }: Entry, nodeGroup: string): void {
  const profile = addOnOf(resource.properties);
  if (profile?.enabled !== true || profile.identity !== undefined) return;
  const name = `azurekeyvaultsecretsprovider-${resource.name}`;
  const id = `${nodeGroup}/providers/${identityType}/${name}`;
  const properties = cloud.inventory.get(id)?.resource.properties ?? newIdentityProperties(cloud.deployer.tenantId);
  cloud.inventory.put({ id, name, type: identityType, location: resource.location ?? "", tags: {}, properties });
  const identity = { resourceId: id, clientId: properties.clientId, objectId: properties.principalId };
  const profiles = asObject(resource.properties.addonProfiles);
  cloud.inventory.patchProperties(resource.id, { addonProfiles: { ...profiles, [addOn]: { ...profile, identity } } });
}
