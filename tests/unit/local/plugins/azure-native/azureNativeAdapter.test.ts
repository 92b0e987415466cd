import { AzureNativeAdapter } from "../../../../../local/plugins/azure-native/azureNativeAdapter.ts";
import { checkRequest, silentLog } from "./sampleRequests.ts";

const type = "azure-native:resources:ResourceGroup";
const request = { urn: "u", type, name: "web", log: silentLog, signal: new AbortController().signal };

it("says which SDK it serves and that it is an adapter", () => {
  expect(new AzureNativeAdapter({}).version).toMatch(/^3\.\d+\.\d+\+tarmac/);
});

it("refuses to be configured for the public cloud", async () => {
  await expect(new AzureNativeAdapter({}).configure({})).rejects.toThrow(/stand-in/);
});

it("does nothing before it is configured", () => {
  expect(() => new AzureNativeAdapter({}).check(checkRequest(type))).toThrow(/was not configured/);
});

it("previews without asking the cloud", async () => {
  const created = await new AzureNativeAdapter({}).create({
    ...request,
    inputs: { location: "x" },
    preview: true,
    timeoutSeconds: 0,
  });
  expect(created).toMatchObject({ id: "", outputs: { location: "x", azureApiVersion: "2024-03-01" } });
});

it("does not delete what is deleted with its parent", async () => {
  const adapter = new AzureNativeAdapter({});
  const deletion = { ...request, id: "/x", olds: {}, oldInputs: {}, timeoutSeconds: 0 };
  await expect(adapter.delete({ ...deletion, type: "azure-native:keyvault:Key" })).resolves.toBeUndefined();
  await expect(adapter.delete(deletion)).rejects.toThrow(/was not configured/);
});

it("names the address of a simulated Azure that does not answer", async () => {
  const environment = {
    ARM_METADATA_HOSTNAME: "http://127.0.0.1:9",
    ARM_DISABLE_INSTANCE_DISCOVERY: "true",
    ARM_TENANT_ID: "t",
    ARM_CLIENT_ID: "c",
    ARM_CLIENT_SECRET: "x",
    ARM_SUBSCRIPTION_ID: "s",
  };
  await expect(new AzureNativeAdapter(environment).configure({})).rejects.toThrow(
    /the simulated Azure does not answer at http:\/\/127\.0\.0\.1:9\/metadata\/endpoints/,
  );
});
