import { isLoopback, readSettings } from "../../../../../local/plugins/azure-native/providerSettings.ts";
import { Secret } from "../../../../../local/plugins/rpc/wireValues.ts";

const environment = {
  ARM_METADATA_HOSTNAME: "localhost:47443",
  ARM_DISABLE_INSTANCE_DISCOVERY: "true",
  ARM_TENANT_ID: "tenant",
  ARM_CLIENT_ID: "client",
  ARM_CLIENT_SECRET: "secret",
  ARM_SUBSCRIPTION_ID: "subscription",
};

it("reads the environment, and the stack's configuration before it", () => {
  expect(readSettings({}, environment)).toEqual({
    metadataHost: "localhost:47443",
    tenantId: "tenant",
    clientId: "client",
    clientSecret: "secret",
    subscriptionId: "subscription",
    location: undefined,
  });
  const config = { clientSecret: new Secret("other"), location: "westeurope", disableInstanceDiscovery: true };
  expect(readSettings(config, { ...environment, ARM_DISABLE_INSTANCE_DISCOVERY: undefined })).toMatchObject({
    clientSecret: "other",
    location: "westeurope",
  });
});

it.each([
  ["localhost", true],
  ["localhost:47443", true],
  ["https://localhost:47443/", true],
  ["127.0.0.1:1", true],
  ["127.44.0.2", true],
  ["[::1]:47443", true],
  ["azure.localhost", true],
  ["management.azure.com", false],
  ["https://management.azure.com/localhost", false],
  ["localhost.example.com", false],
  ["127.0.0.1.example.com", false],
  ["10.0.0.1", false],
  ["user@localhost@example.com", false],
  ["", false],
])("treats %s as this machine: %s", (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});

it("refuses the public cloud and says what it is", () => {
  expect(() => readSettings({}, { ...environment, ARM_METADATA_HOSTNAME: undefined })).toThrow(
    /^this azure-native plugin is the local environment's stand-in, which .* Without metadataHost \(ARM_METADATA_HOSTNAME\) this stack uses the public cloud: install the official plugin/,
  );
});

it("refuses any other cloud that is not on this machine", () => {
  expect(() => readSettings({ metadataHost: "management.example.com" }, environment)).toThrow(
    /stand-in, which .* metadataHost is management\.example\.com; it must be a loopback name such as localhost:47443/,
  );
});

it("requires the official plugin's settings for a private cloud", () => {
  expect(() => readSettings({}, { ...environment, ARM_DISABLE_INSTANCE_DISCOVERY: "false" })).toThrow(
    /disableInstanceDiscovery \(ARM_DISABLE_INSTANCE_DISCOVERY\) must be true/,
  );
  expect(() => readSettings({}, { ...environment, ARM_CLIENT_SECRET: "" })).toThrow(
    /^azure-native:clientSecret \(ARM_CLIENT_SECRET\) is not set/,
  );
});

it("uses a federated token instead of the secret, if useOidc is set", () => {
  const workflow = { ...environment, ARM_USE_OIDC: "true", ARM_OIDC_TOKEN: "token" };
  const settings = readSettings({}, workflow);
  expect(settings).toMatchObject({ clientId: "client", oidcToken: "token" });
  expect(settings.clientSecret).toBeUndefined();
  expect(readSettings({}, { ...workflow, ARM_USE_OIDC: "false" }).oidcToken).toBeUndefined();
  expect(() => readSettings({}, { ...workflow, ARM_OIDC_TOKEN: undefined })).toThrow(
    /^azure-native:oidcToken \(ARM_OIDC_TOKEN\) is not set/,
  );
});

it("asks GitHub for the token of a workflow's run, unless a token is given", () => {
  const workflow = {
    ...{ ...environment, ARM_USE_OIDC: "true", ACTIONS_ID_TOKEN_REQUEST_URL: "http://localhost/token" },
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: "ask",
  };
  const settings = readSettings({}, workflow);
  expect(settings.oidcRequest).toEqual({ url: "http://localhost/token", token: "ask" });
  expect(settings.clientSecret).toBeUndefined();
  expect(readSettings({ oidcRequestUrl: "http://localhost/other" }, workflow).oidcRequest?.url).toBe(
    "http://localhost/other",
  );
  expect(readSettings({}, { ...workflow, ARM_OIDC_TOKEN: "token" })).toMatchObject({ oidcToken: "token" });
  expect(readSettings({}, { ...workflow, ARM_USE_OIDC: "false" }).oidcRequest).toBeUndefined();
});
