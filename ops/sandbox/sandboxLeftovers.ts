/** Leftovers of a destroyed stack. */
import type { Marks } from "../azure/marks.ts";
import type { Inventory } from "./context.ts";
import type { Possessions } from "./possessions.ts";
import { isLeft, type Tenancy } from "./sharedCluster.ts";

export interface Leftover {
  /** e.g. "resource group hello-sandbox-x1a2b3c4d". */
  what: string;
  remove: () => Promise<unknown>;
}

/** Where a stack's resources can be, and how they are identified. */
export interface Places {
  azure: Inventory;
  marks: Marks;
  owned: Possessions;
  /** For a sandbox on a cluster that is not its own. */
  tenancy?: Tenancy;
}

/** @throws Error if Azure or the cluster cannot be reached */
export async function remains({ azure, marks, owned, tenancy }: Places): Promise<Leftover[]> {
  const [groups, resources, grants, namespace] = await Promise.all([
    azure.groups(marks),
    azure.resources(marks),
    azure.grants(owned.grants),
    tenancy !== undefined && isLeft(tenancy, marks),
  ]);
  const within = (id: string) => groups.some((group) => id.toLowerCase().startsWith(`${group.id.toLowerCase()}/`));
  return [
    ...(tenancy !== undefined && namespace
      ? [
          {
            what: `namespace ${tenancy.namespace} on ${tenancy.cluster.server}`,
            remove: () => tenancy.cluster.deleteNamespace(tenancy.namespace),
          },
        ]
      : []),
    ...groups.map(({ name }) => ({ what: `resource group ${name}`, remove: () => azure.deleteGroup(name) })),
    // Resources in such a group are deleted with it.
    ...resources
      .filter((id) => !within(id))
      .map((id) => ({ what: `resource ${id}`, remove: () => azure.deleteResource(id) })),
    ...grants
      .filter((id) => !within(id))
      .map((id) => ({ what: `role assignment ${id}`, remove: () => azure.deleteGrant(id) })),
  ];
}
