import { pendingOf } from "../../../../ops/pulumi/pending.ts";

const pending = (deployment: object | null) =>
  pendingOf({ run: () => Promise.resolve(JSON.stringify({ version: 3, deployment })) }, "dev");

test.each([[{}], [null]])("a stack with %j has nothing pending", async (deployment) => {
  expect(await pending(deployment)).toEqual([]);
});

test("pending operations are named by type and name", async () => {
  const urn = "urn:pulumi:dev::tarmac::tarmac:azure:Cluster$azure-native:containerservice:ManagedCluster::hello";
  expect(await pending({ pending_operations: [{ type: "creating", resource: { urn } }] })).toEqual([
    "tarmac:azure:Cluster$azure-native:containerservice:ManagedCluster hello",
  ]);
});
