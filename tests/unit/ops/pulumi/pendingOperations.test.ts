import { existsSync, readFileSync, statSync } from "node:fs";
import { forgetPending, pendingOf } from "../../../../ops/pulumi/pendingOperations.ts";

const pending = (deployment: object | null) =>
  pendingOf({ run: () => Promise.resolve(JSON.stringify({ version: 3, deployment })) }, "dev");

test.each([[{}], [null]])("a stack with %j has nothing pending", async (deployment) => {
  expect(await pending(deployment)).toEqual([]);
});

test("pending operations are listed by type and name", async () => {
  const urn = "urn:pulumi:dev::tarmac::tarmac:azure:Cluster$azure-native:containerservice:ManagedCluster::hello";
  expect(await pending({ pending_operations: [{ type: "creating", resource: { urn } }] })).toEqual([
    "tarmac:azure:Cluster$azure-native:containerservice:ManagedCluster hello",
  ]);
});

test("only pending operations are dropped from the state; its copy is private, and is deleted", async () => {
  const state = {
    version: 3,
    deployment: {
      ...{ manifest: { version: "v3" }, resources: [{ urn: "urn:x", type: "a:b:C" }] },
      pending_operations: [{ type: "creating", resource: { urn: "urn:y", type: "a:b:C" } }],
    },
  };
  let [file, mode, imported] = ["", 0, {} as unknown];
  const run = (args: readonly string[]) => {
    if (args[1] === "export") return Promise.resolve(JSON.stringify(state));
    expect(args.slice(0, -1)).toEqual(["stack", "import", "--stack", "dev", "--file"]);
    file = args.at(-1) ?? "";
    mode = statSync(file).mode & 0o777;
    imported = JSON.parse(readFileSync(file, "utf8"));
    return Promise.resolve("");
  };
  await forgetPending({ run }, "dev");
  const { manifest, resources } = state.deployment;
  expect(imported).toEqual({ version: 3, deployment: { manifest, resources } });
  expect(mode).toBe(0o600);
  expect(existsSync(file)).toBe(false);
});
