/** The inventory on the simulated Azure: which subscription it searches, and where it sends tokens. */
import { signIn } from "../../../../ops/azure/signIn.ts";
import { azureInventory } from "../../../../ops/sandbox/azureInventory.ts";
import { type Clients, type Environment, startWithGroup } from "../../local/azure/testAzure.ts";

let environment: Environment;
let azure: Clients;
let env: NodeJS.ProcessEnv;
let metadataHost: string;
const real = globalThis.fetch;
/** Requests that the inventory itself sent: method, address, and audience of the token in the form. */
let sent: string[] = [];

beforeAll(async () => {
  ({ environment, azure } = await startWithGroup());
  const { deployer, endpoint } = environment.azure;
  metadataHost = new URL(endpoint).host;
  env = {
    ARM_TENANT_ID: deployer.tenantId,
    ARM_CLIENT_ID: deployer.clientId,
    ARM_CLIENT_SECRET: deployer.clientSecret,
    ARM_SUBSCRIPTION_ID: deployer.subscriptionId,
  };
});
afterAll(() => environment.stop());
beforeEach(() => {
  sent = [];
  globalThis.fetch = (input, init) => {
    const token = init?.body instanceof URLSearchParams ? init.body.get("access_token") : null;
    const claims = Buffer.from(token?.split(".")[1] ?? "", "base64url").toString();
    const url = input instanceof Request ? input.url : String(input);
    sent.push(
      `${init?.method ?? "GET"} ${url}${token === null ? "" : ` ${(JSON.parse(claims) as { aud: string }).aud}`}`,
    );
    return real(input, init);
  };
});
afterEach(() => {
  globalThis.fetch = real;
});

const inventory = () => azureInventory({ metadataHost }, env);

test("sends no token to a host that Azure does not list, whatever a tag says", async () => {
  const azureSide = await inventory();
  await expect(azureSide.deleteRepository("registry.attacker.example", "x/sandbox-pr-7")).rejects.toThrow(
    `registry.attacker.example is not a registry of subscription ${environment.azure.deployer.subscriptionId}: no token is sent to it`,
  );
  expect(sent.filter((line) => line.includes("attacker") || line.includes("oauth2"))).toEqual([]);
});

test("sends a registry that Azure lists a token for registries only", async () => {
  const { loginServer = "" } = await azure.registries.registries.create("rg", "sharedregistry", {
    location: "westeurope",
    sku: { name: "Basic" },
  });
  const azureSide = await inventory();
  expect([...(await azureSide.registries())]).toEqual([loginServer]);
  // No repository has this name: the registry answered a caller with the right to delete.
  expect(await azureSide.deleteRepository(loginServer, "hello/sandbox-pr-7")).toBe(false);
  expect(sent.filter((line) => line.includes("exchange"))).toEqual([
    `POST https://${loginServer}/oauth2/exchange https://containerregistry.azure.net`,
  ]);
});

test("ignores a registry that only the settings name and Azure does not have", async () => {
  const { loginServer } = await azure.registries.registries.get("rg", "sharedregistry");
  const azureSide = await azureInventory({ metadataHost, registry: { name: "nosuchregistry", group: "rg" } }, env);
  expect([...(await azureSide.registries())]).toEqual([loginServer]);
});

test("returns who is signed in", async () => {
  const { deployer } = environment.azure;
  expect(await (await inventory()).principal()).toEqual({ objectId: deployer.objectId, person: false });
});

test.each([
  [
    "the stack's settings before the environment",
    { subscription: "settings" },
    { ARM_SUBSCRIPTION_ID: "arm" },
    "settings",
  ],
  ["ARM_SUBSCRIPTION_ID", {}, { ARM_SUBSCRIPTION_ID: "arm", AZURE_SUBSCRIPTION_ID: "azure" }, "arm"],
  // An unset GitHub variable reaches a job as an empty string.
  ["AZURE_SUBSCRIPTION_ID", {}, { ARM_SUBSCRIPTION_ID: "", AZURE_SUBSCRIPTION_ID: "azure" }, "azure"],
])("uses the subscription of the Azure provider: %s", async (_, settings, variables, expected) => {
  expect((await signIn(settings, variables)).subscription).toBe(expected);
});
