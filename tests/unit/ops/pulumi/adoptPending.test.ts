/** Recovery from an update that was killed while the simulated Azure created a resource. */
import { readFileSync } from "node:fs";
import { azureResources } from "../../../../ops/azure/azureResources.ts";
import { idTemplates, resourceIdOf } from "../../../../ops/azure/resourceIds.ts";
import { adoptPending } from "../../../../ops/pulumi/pendingOperations.ts";
import { plainType } from "../../../../ops/pulumi/urn.ts";
import type { State, StateResource } from "../../../../ops/pulumi/stackState.ts";
import { servedTypes } from "../../../../local/plugins/azure-native/types/servedTypes.ts";
import { type Clients, type Environment, startWithGroup } from "../../local/azure/testAzure.ts";

let environment: Environment;
let azure: Clients;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  ({ environment, azure } = await startWithGroup());
  const { deployer } = environment.azure;
  env = {
    ARM_TENANT_ID: deployer.tenantId,
    ARM_CLIENT_ID: deployer.clientId,
    ARM_CLIENT_SECRET: deployer.clientSecret,
    ARM_SUBSCRIPTION_ID: deployer.subscriptionId,
  };
});
afterAll(() => environment.stop());

const tags = { "managed-by": "tarmac", app: "hello", stack: "dev" };
const pending = (type: string, inputs: Record<string, unknown>): StateResource => ({
  urn: `urn:pulumi:dev::tarmac::azure-native:${type}::hello`,
  type: `azure-native:${type}`,
  custom: true,
  inputs,
});
const identity = (resourceName: string) =>
  pending("managedidentity:UserAssignedIdentity", { resourceGroupName: "rg", resourceName, tags });
const group = (resourceGroupName: string) => pending("resources:ResourceGroup", { resourceGroupName, tags });

/** Recovers a stack. Returns the output, the commands of Pulumi, and the imported state. */
async function recover(creates: readonly StateResource[], resources: StateResource[] = []) {
  const state: State = {
    version: 3,
    deployment: { resources, pending_operations: creates.map((resource) => ({ type: "creating", resource })) },
  };
  const [said, asked]: [string[], string[]] = [[], []];
  let imported: State | undefined;
  const find = await azureResources({ metadataHost: new URL(environment.azure.endpoint).host }, env);
  const recovery = adoptPending({
    cli: {
      run: (args) => {
        if (args[1] === "export") return Promise.resolve(JSON.stringify(imported ?? state));
        imported = JSON.parse(readFileSync(args.at(-1) ?? "", "utf8")) as State;
        return Promise.resolve("");
      },
      work: (args) => {
        asked.push(args.join(" "));
        // As a refresh does with a resource that has no outputs yet: all that Azure returns becomes its inputs.
        for (const resource of imported?.deployment?.resources ?? [])
          if (resource.id !== undefined) resource.inputs = { ...resource.inputs, ofAzure: "a default" };
        return Promise.resolve();
      },
    },
    ...{ stack: "dev", target: ["--stack", "dev"], say: (line) => void said.push(line), pauseSeconds: 0.05 },
    azure: () => Promise.resolve(find),
  });
  return { recovery, said, asked, imported: () => imported?.deployment };
}

test("an existing resource is in the state once, with its id in Azure; a missing one is created again", async () => {
  const made = await azure.identities.userAssignedIdentities.createOrUpdate("rg", "hello1a2b3c4d", {
    ...{ location: "westeurope", tags },
  });
  const { id = "" } = await azure.resources.resourceGroups.createOrUpdate("hello-dev", {
    location: "westeurope",
    tags,
  });
  const [there, missing] = [identity("hello1a2b3c4d"), identity("hello5e6f7a8b")];
  const { recovery, said, asked, imported } = await recover([group("hello-dev"), there, missing], [group("other")]);
  await recovery;
  expect(imported()).toEqual({
    // A replacement is created before its predecessor is deleted, and has its name.
    resources: [
      { ...group("other"), delete: true },
      { ...group("hello-dev"), id },
      { ...there, id: made.id },
    ],
    pending_operations: [],
  });
  expect(said).toEqual([
    "hello (azure-native:resources:ResourceGroup) was created: importing it into the state",
    "hello (azure-native:managedidentity:UserAssignedIdentity) was created: importing it into the state",
    "hello (azure-native:managedidentity:UserAssignedIdentity) was not created",
  ]);
  expect(asked).toEqual(["refresh --yes --skip-preview --run-program --stack dev"]);
});

test("an adopted resource keeps the inputs that it was created with, whatever the provider reads for them", async () => {
  await azure.identities.userAssignedIdentities.createOrUpdate("rg", "kept", { location: "westeurope", tags });
  let state: State = {
    version: 3,
    deployment: {
      resources: [group("other")],
      pending_operations: [{ type: "creating", resource: identity("kept") }],
    },
  };
  const find = await azureResources({ metadataHost: new URL(environment.azure.endpoint).host }, env);
  await adoptPending({
    cli: {
      run: (args) => {
        if (args[1] === "import") state = JSON.parse(readFileSync(args.at(-1) ?? "", "utf8")) as State;
        return Promise.resolve(JSON.stringify(state));
      },
      // The provider reads it without outputs: all that Azure returns becomes inputs.
      work: () => {
        for (const resource of state.deployment?.resources ?? [])
          Object.assign(resource, { inputs: { ...resource.inputs, location: "read" }, outputs: { location: "read" } });
        return Promise.resolve();
      },
    },
    ...{ stack: "dev", target: [], say: () => undefined, pauseSeconds: 0.05, azure: () => Promise.resolve(find) },
  });
  const [other, kept] = state.deployment?.resources ?? [];
  expect(kept).toMatchObject({ inputs: identity("kept").inputs, outputs: { location: "read" } });
  expect(kept?.inputs).not.toHaveProperty("location");
  expect(other?.inputs).toHaveProperty("location");
});

test("a component, which exists only in the state, is created again silently", async () => {
  const component = { ...pending("x", {}), type: "tarmac:index:Registry", custom: false };
  const { recovery, said, imported } = await recover([component]);
  await recovery;
  expect([said, imported()]).toEqual([[], { resources: [], pending_operations: [] }]);
});

test("a resource that another stack created under the same name is not adopted, and the state does not change", async () => {
  await azure.resources.resourceGroups.createOrUpdate("hello-shared", {
    ...{ location: "westeurope", tags: { ...tags, stack: "prod" } },
  });
  const { recovery, asked, imported } = await recover([group("hello-shared")]);
  await expect(recovery).rejects.toThrow(
    /ResourceGroup\): .*hello-shared exists, and its tags say that it is not this stack's: it is left alone$/,
  );
  expect([asked, imported()]).toEqual([[], undefined]);
});

test("a resource that Azure is still creating is awaited, and a failed one is deleted and created again", async () => {
  const states = ["Creating", "Succeeded"];
  const deleted: string[] = [];
  const recovered = async (find: () => string | undefined) => {
    const said: string[] = [];
    let text = "";
    await adoptPending({
      cli: {
        run: (args) => {
          if (args[1] === "import") text = readFileSync(args.at(-1) ?? "", "utf8");
          if (text !== "") return Promise.resolve(text);
          const operations = [{ type: "creating", resource: identity("hello") }];
          return Promise.resolve(JSON.stringify({ deployment: { pending_operations: operations } }));
        },
        work: () => Promise.resolve(),
      },
      ...{ stack: "dev", target: [], say: (line) => void said.push(line), pauseSeconds: 0 },
      azure: () =>
        Promise.resolve({
          subscription: "s",
          find: () => Promise.resolve({ tags, provisioningState: find() }),
          delete: (id) => Promise.resolve(void deleted.push(id)),
        }),
    });
    return { said, adopted: (JSON.parse(text) as State).deployment?.resources?.length };
  };
  const waited = await recovered(() => states.shift());
  expect(waited.adopted).toBe(1);
  expect(waited.said).toEqual([
    "hello (azure-native:managedidentity:UserAssignedIdentity) is still being created by Azure (creating): waiting for it",
    "hello (azure-native:managedidentity:UserAssignedIdentity) was created: importing it into the state",
  ]);
  const failed = await recovered(() => "Failed");
  expect(failed.adopted).toBe(0);
  expect(failed.said[0]).toContain("was created and failed: deleting it, so that the update creates it again");
  expect(deleted).toEqual([
    "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/hello",
  ]);
});

test("a resource with an unknown id stops the recovery: nothing is dropped", async () => {
  const { recovery, imported } = await recover([pending("new:Thing", {})]);
  await expect(recovery).rejects.toThrow("its settings do not determine its id. Look for it in Azure");
  expect(imported()).toBeUndefined();
});

test("every Azure type that the program uses has an id, in the provider's form", () => {
  const expected = Object.fromEntries(
    servedTypes.map(({ token, path }) => [plainType(token).replace(/^azure-native:/, ""), path]),
  );
  expect(idTemplates).toEqual(expected);
});

test("an id consists of inputs, and of the subscription that the provider works in", () => {
  const scope = "/subscriptions/s/resourceGroups/rg";
  expect(resourceIdOf("azure-native:authorization:RoleAssignment", { scope, roleAssignmentName: "a" }, "s")).toBe(
    `${scope}/providers/Microsoft.Authorization/roleAssignments/a`,
  );
  expect(
    resourceIdOf(
      "azure-native:network/v20240501:Subnet",
      { resourceGroupName: "rg", virtualNetworkName: "v", subnetName: "n" },
      "s",
    ),
  ).toBe(`${scope}/providers/Microsoft.Network/virtualNetworks/v/subnets/n`);
});
