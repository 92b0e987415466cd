import type { EngineEvent } from "@pulumi/pulumi/automation/events.js";
import { Collected } from "../../../../ops/drift/lookForDrift.ts";

const clusterId = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/hello1";
type Properties = Record<string, unknown>;

/** The form in which a refresh reports a changed resource. */
function changed(type: string, id: string, now: Properties, diff: Record<string, "add" | "update" | "delete">) {
  const state = (outputs: Properties) => ({ type, urn: "", custom: true, id, parent: "", inputs: {}, outputs });
  const detailedDiff = Object.fromEntries(
    Object.entries(diff).map(([path, diffKind]) => [path, { diffKind, inputDiff: false }]),
  );
  const urn = `urn:pulumi:prod::tarmac::tarmac:azure:Cluster$${type}::${id.split("/").at(-1)}`;
  const metadata = { op: "update", urn, type, old: state({}), new: state(now), detailedDiff };
  return { sequence: 1, timestamp: 1, resOutputsEvent: { metadata } } as unknown as EngineEvent;
}

const pool = (name: string, now: Properties, diff: Record<string, "add" | "update">) =>
  changed("azure-native:containerservice/v20250901:AgentPool", `${clusterId}/agentPools/${name}`, now, diff);
const cluster = (pools: Properties[], diff: Record<string, "add" | "update">) =>
  changed("azure-native:containerservice:ManagedCluster", clusterId, { agentPoolProfiles: pools }, diff);

function drift(...events: EngineEvent[]): string[] {
  const collected = new Collected();
  for (const event of events) collected.take(event);
  return collected
    .result(0, "")
    .drifted.flatMap(({ name, properties }) => properties.map(({ path }) => `${name} ${path}`));
}

test("ignores node counts that the autoscaler changed", () => {
  expect(drift(pool("apps", { enableAutoScaling: true, count: 4 }, { count: "update" }))).toEqual([]);
  const system = { name: "system", enableAutoScaling: true, count: 4 };
  expect(drift(cluster([system], { "agentPoolProfiles[0].count": "update" }))).toEqual([]);
});

test("reports node counts without an autoscaler", () => {
  expect(drift(pool("apps", { enableAutoScaling: false, count: 4 }, { count: "update" }))).toEqual(["apps count"]);
  const system = { name: "system", enableAutoScaling: false, count: 4 };
  expect(drift(cluster([system], { "agentPoolProfiles[0].count": "update" }))).toEqual([
    "hello1 agentPoolProfiles[0].count",
  ]);
  const scaled = { enableAutoScaling: true, maxCount: 9 };
  expect(drift(pool("apps", scaled, { maxCount: "update" }))).toEqual(["apps maxCount"]);
});

test("also ignores a stack's pool in the cluster's own list; an unknown pool is drift", () => {
  const found = cluster([{ name: "system" }, { name: "apps" }, { name: "sneaked" }], {
    "agentPoolProfiles[1]": "add",
    "agentPoolProfiles[2]": "add",
  });
  expect(drift(found, pool("apps", {}, { count: "update" }))).toEqual(["hello1 agentPoolProfiles[2]", "apps count"]);
});
