/**
 * Keeps pods from every network but their own, by routing: what comes from the pods' bridge has a routing table of its own,
 * which knows the pods and nothing else. Firewall rules would not do: the network policy controller accepts what a policy
 * allows before any rule that follows.
 */
import { ip } from "../host/bridge.ts";
import { network } from "../settings.ts";

/** Number of the routing table: one that no distribution uses by itself. */
const table = "47244";
/** Priority of the rule that leads to it: before the rule of the main table, 32766. */
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

/** Removes the rule and the table; does nothing where they are missing. */
export async function removePodRoutes(): Promise<void> {
  for (const args of [
    ["rule", "delete", "priority", priority],
    ["route", "flush", "table", table],
  ]) {
    await ip(...args).catch(() => undefined);
  }
}
