import { invoke } from "../../../../../local/plugins/azure-native/invokes.ts";
import { fakeManager, waiter } from "./fakeManager.ts";
import type { Answer, FakeManager } from "./fakeManager.ts";

const cluster = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/c";
const settings = { metadataHost: "localhost", tenantId: "t", clientId: "c", clientSecret: "x", subscriptionId: "s" };
const endpoints = {
  resourceManager: "https://localhost:1",
  login: "https://localhost:1",
  audience: "arm",
  graph: "https://graph.microsoft.com/",
};

let fake: FakeManager;
afterEach(() => fake.close());

async function call(token: string, args: Record<string, string> = {}, answers: Record<string, Answer> = {}) {
  fake = await fakeManager(answers);
  const claims = { appid: "app", oid: "object", tid: "tenant" };
  const jwt = (resource: string) =>
    Promise.resolve(`h.${Buffer.from(JSON.stringify({ ...claims, aud: resource })).toString("base64url")}.s`);
  const session = { settings, endpoints, token: jwt, manager: fake.manager };
  return invoke(session, `azure-native:${token}`, args, waiter());
}

const audience = (token: unknown) =>
  (JSON.parse(Buffer.from(String(token).split(".")[1] ?? "", "base64url").toString()) as { aud: string }).aud;

it("reads the signed-in identity from the claims of a token", async () => {
  expect(await call("authorization:getClientConfig")).toEqual({
    clientId: "app",
    objectId: "object",
    tenantId: "tenant",
    subscriptionId: "s",
  });
});

it.each([
  ["Resource Manager, with its trailing slash, by default", {}, "https://localhost:1/"],
  [
    "the requested audience",
    { endpoint: "https://containerregistry.azure.net" },
    "https://containerregistry.azure.net",
  ],
])("returns tokens for %s", async (_what, args, expected) => {
  const { token } = await call("authorization:getClientToken", args);
  expect(audience(token)).toBe(expected);
});

it.each([
  ["listManagedClusterUserCredentials", "listClusterUserCredential"],
  ["listManagedClusterAdminCredentials", "listClusterAdminCredential"],
])("%s calls the action and returns its kubeconfigs", async (name, action) => {
  const kubeconfigs = [{ name: "clusterUser", value: "YQ==" }];
  const args = { resourceGroupName: "rg", resourceName: "c", serverFqdn: "public" };
  const answers = { [`POST ${cluster}/${action}`]: { status: 200, body: { kubeconfigs } } };
  expect(await call(`containerservice:${name}`, args, answers)).toEqual({ kubeconfigs });
  expect(fake.requests).toEqual([`POST ${cluster}/${action}?api-version=2025-09-01&server-fqdn=public`]);
});

it("reads existing resources in the form of their outputs", async () => {
  const body = { id: cluster, name: "c", properties: { fqdn: "f" } };
  const args = { resourceGroupName: "rg", resourceName: "c" };
  const answers = { [`GET ${cluster}`]: { status: 200, body } };
  expect(await call("containerservice:getManagedCluster", args, answers)).toEqual({
    id: cluster,
    name: "c",
    fqdn: "f",
    azureApiVersion: "2025-09-01",
  });
});

describe("a resource of any type", () => {
  const path = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.X//ys/z";
  const args = { resourceGroupName: "rg", resourceProviderNamespace: "Microsoft.X", parentResourcePath: "" };
  const named = { ...args, resourceType: "ys", resourceName: "z" };

  it("is read unchanged in the requested version", async () => {
    const answers = { [`GET ${path}`]: { status: 200, body: { id: path, properties: { mode: "new" } } } };
    const found = await call("resources:getResource", { ...named, apiVersion: "2025-11-01" }, answers);
    expect(found).toMatchObject({ id: path, properties: { mode: "new" } });
    expect(fake.requests).toEqual([`GET ${path}?api-version=2025-11-01`]);
  });

  it("is refused without a version", async () => {
    await expect(call("resources:getResource", named)).rejects.toThrow(
      "azure-native:resources:Resource: apiVersion is null; it must be an api-version of the resource's type",
    );
  });
});

it("refuses other functions and names what is served", async () => {
  await expect(call("storage:listStorageAccountKeys")).rejects.toThrow(
    /does not serve the function azure-native:storage:listStorageAccountKeys, only: authorization:getClientConfig/,
  );
});
