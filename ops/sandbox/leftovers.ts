/** What is left of a stack that was destroyed. */
import type { Inventory } from "./context.ts";
import type { Possessions } from "./possessions.ts";

export interface Leftover {
  /** e.g. "resource group hello-sandbox-x1a2b3c4d". */
  what: string;
  remove: () => Promise<unknown>;
}

/** @throws Error when Azure cannot be asked */
export async function remains(azure: Inventory, stack: string, owned: Possessions): Promise<Leftover[]> {
  const [groups, resources, grants] = await Promise.all([
    azure.groups(stack),
    azure.resources(stack),
    azure.grants(owned.grants),
  ]);
  const within = (id: string) => groups.some((group) => id.toLowerCase().startsWith(`${group.id.toLowerCase()}/`));
  return [
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
