import * as pulumi from "@pulumi/pulumi";
import { AppIdentity, type AppIdentityArgs } from "../../../components/appIdentity.ts";
import type { DataRoleGrants } from "../../../components/appIdentity/dataRoles.ts";
import { guid, nameSuffix, subscription } from "../providerAnswers.ts";
import { labels, mockCloud, only, refusal, unknown, valueOf } from "../pulumiMocks.ts";

const types = {
  assignment: "azure-native:authorization:RoleAssignment",
  credential: "azure-native:managedidentity:FederatedIdentityCredential",
  identity: "azure-native:managedidentity:UserAssignedIdentity",
};
const component = "tarmac:azure:AppIdentity::hello";
const vault = `${subscription}/resourceGroups/shop/providers/Microsoft.KeyVault/vaults/shop`;
const args = {
  resourceGroupName: "group",
  location: "westeurope",
  issuerUrl: pulumi.output("https://westeurope.oic.prod-aks.azure.com/tenant/cluster/"),
  namespace: pulumi.output("apps"),
  serviceAccount: "hello",
  tags: { app: "hello" },
} satisfies AppIdentityArgs;

async function create(roles?: DataRoleGrants, preview = false) {
  const cloud = await mockCloud({ preview });
  const identity = new AppIdentity("hello", { ...args, roles });
  return { identity, resources: await cloud.settled() };
}

test.each([false, true])(
  "creates an identity without roles that trusts one ServiceAccount (preview: %s)",
  async (preview) => {
    const { resources } = await create(undefined, preview);
    expect(labels(resources)).toEqual([`${types.credential}::hello-app`, `${types.identity}::hello-app`, component]);
    expect(only(resources, types.identity)).toMatchObject({
      parent: component,
      inputs: { resourceGroupName: "group", location: "westeurope", tags: { app: "hello" } },
    });
    expect(only(resources, types.credential).inputs).toMatchObject({
      resourceName: preview ? unknown : `hello-app${nameSuffix}`,
      issuer: "https://westeurope.oic.prod-aks.azure.com/tenant/cluster/",
      subject: "system:serviceaccount:apps:hello",
      audiences: ["api://AzureADTokenExchange"],
    });
  },
);

test("outputs its three ids and its tenant's", async () => {
  const { identity } = await create();
  expect(await valueOf(identity.id)).toBe(
    `${subscription}/resourceGroups/group/providers/Microsoft.ManagedIdentity/userAssignedIdentities/hello-app${nameSuffix}`,
  );
  expect(await valueOf(identity.objectId)).not.toBe(await valueOf(identity.clientId));
  expect(await valueOf(identity.tenantId)).toBe(guid("tenant"));
});

test("gets each role on each resource, and on nothing wider", async () => {
  const secret = `${vault}/secrets/database`;
  const account = `${subscription}/resourceGroups/shop/providers/Microsoft.Storage/storageAccounts/shop`;
  const { identity, resources } = await create({
    "Key Vault Secrets User": [vault, secret],
    "Storage Blob Data Reader": [account],
  });
  const assignments = resources.filter(({ label }) => label.startsWith(types.assignment));
  expect(assignments.map(({ inputs }) => [inputs.scope, String(inputs.roleDefinitionId).split("/").at(-1)])).toEqual([
    [vault, "4633458b-17de-408a-b874-0445c86b69e6"],
    [secret, "4633458b-17de-408a-b874-0445c86b69e6"],
    [account, "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"],
  ]);
  const principalId = await valueOf(identity.objectId);
  for (const { inputs } of assignments)
    expect(inputs).toMatchObject({ principalId, principalType: "ServicePrincipal" });
});

test.each<[string, Record<string, readonly string[]>, RegExp]>([
  ["that manages resources", { Contributor: [vault] }, /"Contributor" is not a role that an app is granted/],
  [
    "on a group",
    { "Key Vault Secrets User": [vault.replace(/\/providers.*/, "")] },
    /is not the resource id of something/,
  ],
  ["on a type of parts", { "Key Vault Secrets User": [`${vault}/secrets`] }, /is not the resource id of something/],
  [
    "in a subscription without an id",
    { "Key Vault Secrets User": [vault.replace(/subscriptions\/[^/]+/, "subscriptions/mine")] },
    /is not the resource id of something/,
  ],
  ["on a resource of another type", { "Storage Blob Data Reader": [vault] }, /Microsoft\.Storage\/storageAccounts/],
])("refuses a role %s, before anything is registered", async (_, roles, problem) => {
  const cloud = await mockCloud();
  const problems = refusal(() => new AppIdentity("hello", { ...args, roles: roles }));
  expect(problems).toEqual([expect.stringMatching(problem)]);
  expect(await cloud.settled()).toEqual([]);
});

test("gets the roles on two scopes whose names differ only in punctuation", async () => {
  const namespace = `${subscription}/resourceGroups/shop/providers/Microsoft.ServiceBus/namespaces/shop`;
  const queues = ["orders.v1", "orders-v1", "orders_v1"].map((queue) => `${namespace}/queues/${queue}`);
  const { resources } = await create({ "Azure Service Bus Data Sender": [namespace, ...queues] });
  const assignments = resources.filter(({ label }) => label.startsWith(types.assignment));
  expect(assignments.map(({ inputs }) => inputs.scope).sort()).toEqual([namespace, ...queues].sort());
  expect(assignments.map(({ label }) => label)).toContain(
    `${types.assignment}::hello-app-azure-service-bus-data-sender-microsoft-servicebus-namespaces-shop`,
  );
});

test("gets a role only once on a resource", () => {
  const again = vault.toUpperCase().replace("/SUBSCRIPTIONS/", "/subscriptions/");
  expect(
    refusal(() => new AppIdentity("hello", { ...args, roles: { "Key Vault Secrets User": [vault, again] } })),
  ).toEqual([`roles: "Key Vault Secrets User" has "${vault}" twice: remove one`]);
});

test("reads secrets of a vault that the same update creates, each by a role of its own", async () => {
  const cloud = await mockCloud();
  new AppIdentity("hello", { ...args, secrets: { vaultId: pulumi.output(vault), names: ["Database", "key"] } });
  const assignments = (await cloud.settled()).filter(({ type }) => type === types.assignment);
  expect(assignments.map(({ name, inputs }) => [name, inputs.scope])).toEqual([
    ["hello-app-secret-database", `${vault}/secrets/Database`],
    ["hello-app-secret-key", `${vault}/secrets/key`],
  ]);
});
