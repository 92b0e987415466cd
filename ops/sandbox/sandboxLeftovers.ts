/** What is left of a stack that was destroyed. */
import type { Inventory, Marks } from "./context.ts";
import type { Possessions } from "./possessions.ts";
import { isLeft, type Tenancy } from "./sharedCluster.ts";

export interface Leftover {
  /** e.g. "resource group hello-sandbox-x1a2b3c4d". */
  what: string;
  remove: () => Promise<unknown>;
}

/** Where a stack's things may be, and how they are known. */
export interface Places {
  azure: Inventory;
  marks: Marks;
  owned: Possessions;
  /** Of a sandbox on a cluster that is not its own. */
  tenancy?: Tenancy;
}

/** @throws Error when Azure or the cluster cannot be asked */
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
    // What is in such a group goes with it.
    ...resources
      .filter((id) => !within(id))
      .map((id) => ({ what: `resource ${id}`, remove: () => azure.deleteResource(id) })),
    ...grants
      .filter((id) => !within(id))
      .map((id) => ({ what: `role assignment ${id}`, remove: () => azure.deleteGrant(id) })),
  ];
}
