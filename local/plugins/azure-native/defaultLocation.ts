/** The location of resources whose program sets none: the present one, the configured one, or their resource group's. */
import { Unknown, unknown } from "../rpc/wireValues.ts";
import type { Properties, Value } from "../rpc/wireValues.ts";
import type { ResourceManager } from "./managerClient.ts";
import { isNotFound } from "./managerError.ts";
import type { Waiter } from "./pollOperation.ts";
import { resourceId } from "./idTemplate.ts";
import type { Settings } from "./providerSettings.ts";
import { resourceGroup } from "./types/resourceGroupTypes.ts";

export class DefaultLocations {
  readonly #manager: ResourceManager;
  readonly #settings: Settings;
  /** By name of the group. A group's location never changes. */
  readonly #ofGroups = new Map<string, Value>();

  constructor(manager: ResourceManager, settings: Settings) {
    this.#manager = manager;
    this.#settings = settings;
  }

  /** The location for these inputs: unknown while their group's name is unknown, `undefined` if there is none. */
  async find(olds: Properties, news: Properties, waiter: Waiter): Promise<Value | undefined> {
    const said = olds.location ?? this.#settings.location;
    const group = news.resourceGroupName;
    if (said !== undefined || group === undefined) {
      return said;
    }
    if (group instanceof Unknown) {
      return unknown;
    }
    return typeof group === "string" ? (this.#ofGroups.get(group) ?? this.#ofGroup(group, waiter)) : undefined;
  }

  async #ofGroup(resourceGroupName: string, waiter: Waiter): Promise<Value | undefined> {
    const id = resourceId(resourceGroup, { resourceGroupName }, this.#settings.subscriptionId);
    try {
      const { location } = await this.#manager.get(id, resourceGroup.apiVersion, waiter);
      if (location !== undefined) {
        this.#ofGroups.set(resourceGroupName, location);
      }
      return location;
    } catch (error) {
      // The check then reports a missing location.
      if (isNotFound(error)) {
        return undefined;
      }
      throw error;
    }
  }
}
