/**
 * Keeps pods out of every network but their own, by routing: packets from the pods' bridge use their own routing table,
 * which has routes to pods only. Firewall rules would not work: the network policy controller accepts what a policy
 * allows before any later rule applies.
 */
import { ip } from "../host/bridge.ts";
import { network } from "../layout.ts";

/** Number of the routing table. No distribution uses it. */
const table = "47244";
/** Priority of the rule for this table: before the rule of the main table, 32766. */
const priority = "4724";

/** Adds the table and the rule. A pod that connects elsewhere gets "No route to host" at once. */
export async function ensurePodRoutes(): Promise<void> {
  await ip("route", "replace", network.podCidr, "dev", network.bridge, "table", table);
  await ip("route", "replace", "prohibit", "default", "table", table);
  const rules = await ip("rule", "show");
  if (!rules.includes(`lookup ${table}`)) {
    await ip("rule", "add", "priority", priority, "iif", network.bridge, "lookup", table);
  }
}

/** Removes the rule and the table, if they exist. */
export async function removePodRoutes(): Promise<void> {
  for (const args of [
    ["rule", "delete", "priority", priority],
    ["route", "flush", "table", table],
  ]) {
    await ip(...args).catch(() => undefined);
  }
}
