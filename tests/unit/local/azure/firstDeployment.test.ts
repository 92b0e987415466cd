/** What the bootstrap needs before a first deployment: state storage, keys, locks, federated sign-in, and roles with conditions. */
import { randomUUID } from "node:crypto";
import { onlyTheseRoles } from "../../../../bootstrap/roleConditions.ts";
import {
  arm,
  armToken,
  type Clients,
  type Environment,
  raw,
  roleGuids,
  roleId,
  simulation,
  startWithGroup,
} from "./testAzure.ts";
import { type Identity, newIdentity } from "./principals.ts";

let environment: Environment;
let azure: Clients;
let group: string;
beforeAll(async () => {
  ({ environment, azure, group } = await startWithGroup());
});
afterAll(() => environment.stop());

/** A request by the deployer, or by the owner of the token. */
const request = (method: string, id: string, version: string, body?: unknown, token?: string) =>
  arm(environment.azure, method, id, version, body, token);

const account = (name: string) => `${group}/providers/Microsoft.Storage/storageAccounts/${name}`;
const storage = { location: "swedencentral", kind: "StorageV2", sku: { name: "Standard_ZRS" } };
const putAccount = (name: string, body: object = storage) => request("PUT", account(name), "2024-01-01", body);

describe("storage accounts", () => {
  it("keep their settings, and have a blob service that cannot be deleted", async () => {
    expect(await putAccount("one", { ...storage, properties: { allowSharedKeyAccess: false } })).toMatchObject({
      properties: { allowSharedKeyAccess: false, minimumTlsVersion: "TLS1_2" },
    });
    const service = `${account("one")}/blobServices/default`;
    expect(await request("GET", service, "2024-01-01")).toMatchObject({ status: 200 });
    const versioned = { properties: { isVersioningEnabled: true } };
    expect(await request("PUT", service, "2024-01-01", versioned)).toMatchObject(versioned);
    expect(await request("DELETE", service, "2024-01-01")).toMatchObject({ status: 405 });
    const container = `${service}/containers/pulumi-state`;
    const open = { properties: { publicAccess: "Blob" } };
    expect(await request("PUT", container, "2024-01-01", open)).toMatchObject({ code: "PublicAccessNotPermitted" });
    expect(await request("PUT", container, "2024-01-01", {})).toMatchObject({ properties: { publicAccess: "None" } });
    await request("DELETE", account("one"), "2024-01-01");
    expect(await request("GET", container, "2024-01-01")).toMatchObject({ status: 404 });
  });

  it.each([
    ["a name with hyphens", "a-b-c", storage, "AccountNameInvalid"],
    ["a SKU that does not exist", "two", { ...storage, sku: { name: "Basic" } }, "InvalidRequestContent"],
    ["another kind", "two", { ...storage, kind: "FileStorage" }, "InvalidRequestContent"],
  ])("refuse %s", async (_, name, body, code) => {
    expect(await putAccount(name, body)).toMatchObject({ status: 400, code });
  });

  it("refuse a name in use, and an invalid retention", async () => {
    await putAccount("taken");
    const elsewhere = await azure.resources.resourceGroups.createOrUpdate("other", { location: "swedencentral" });
    const same = `${elsewhere.id}/providers/Microsoft.Storage/storageAccounts/taken`;
    expect(await request("PUT", same, "2024-01-01", storage)).toMatchObject({ code: "StorageAccountAlreadyTaken" });
    const forever = { properties: { deleteRetentionPolicy: { enabled: true, days: 400 } } };
    expect(await request("PUT", `${account("taken")}/blobServices/default`, "2024-01-01", forever)).toMatchObject({
      status: 400,
    });
  });
});

describe("key vaults", () => {
  const id = (name: string) => `${group}/providers/Microsoft.KeyVault/vaults/${name}`;
  const properties = () => ({ tenantId: environment.azure.deployer.tenantId, sku: { family: "A", name: "standard" } });
  const putVault = (more: object, name = "keys-of-rg") =>
    request("PUT", id(name), "2024-11-01", { location: "swedencentral", properties: { ...properties(), ...more } });

  it("keep purge protection and retention once they are set, and do not change keys", async () => {
    expect(await putVault({ enablePurgeProtection: true, softDeleteRetentionInDays: 90 })).toMatchObject({
      properties: { vaultUri: "https://keys-of-rg.vault.azure.net/", enableSoftDelete: true },
    });
    expect(await putVault({ enablePurgeProtection: false })).toMatchObject({ status: 400 });
    expect(await putVault({ softDeleteRetentionInDays: 30 })).toMatchObject({ status: 400 });
    const key = `${id("keys-of-rg")}/keys/dev`;
    const made = await request("PUT", key, "2024-11-01", { properties: { kty: "RSA", keySize: 3072 } });
    expect(made.properties?.keyUriWithVersion).toMatch(
      /^https:\/\/keys-of-rg\.vault\.azure\.net\/keys\/dev\/[0-9a-f]{32}$/,
    );
    const again = await request("PUT", key, "2024-11-01", { properties: { kty: "RSA", keySize: 2048 } });
    expect(again.properties).toEqual(made.properties);
    expect(await request("DELETE", key, "2024-11-01")).toMatchObject({ status: 405 });
  });

  it.each([
    ["a name with two hyphens", {}, "a--b"],
    ["another tenant", { tenantId: randomUUID() }, "vault-b"],
    ["no soft delete", { enableSoftDelete: false }, "vault-b"],
    ["5 days", { softDeleteRetentionInDays: 5 }, "vault-b"],
  ])("refuse %s", async (_, more, name) => {
    expect(await putVault(more, name)).toMatchObject({ status: 400 });
  });
});

describe("locks", () => {
  const lock = (scope: string) => `${scope}/providers/Microsoft.Authorization/locks/keep`;
  const level = (name: string) => ({ properties: { level: name } });

  it("prevent the deletion of their scope, everything below it and its resource group, until they are deleted", async () => {
    await putAccount("locked");
    expect(await request("PUT", lock(account("locked")), "2020-05-01", level("CanNotDelete"))).toMatchObject({
      status: 201,
    });
    const refused = { status: 409, code: "ScopeLocked" };
    expect(await request("DELETE", account("locked"), "2024-01-01")).toMatchObject({
      ...refused,
      message: `The scope '${account("locked")}' cannot perform delete operation because following scope(s) are locked: '${account("locked")}'. Please remove the lock and try again.`,
    });
    expect(await request("DELETE", group, "2024-03-01")).toMatchObject(refused);
    expect((await putAccount("locked", { ...storage, tags: { a: "b" } })).status).toBe(200);
    await request("PUT", lock(account("locked")), "2020-05-01", level("ReadOnly"));
    expect(await putAccount("locked")).toMatchObject(refused);
    expect((await request("DELETE", lock(account("locked")), "2020-05-01")).status).toBe(200);
    expect((await request("DELETE", account("locked"), "2024-01-01")).status).toBe(200);
  });

  it("have one of the two levels", async () => {
    expect(await request("PUT", lock(group), "2020-05-01", level("Delete"))).toMatchObject({ status: 400 });
  });
});

describe("signing in with a workflow's token", () => {
  const subject = "repo:contoso/hello:environment:dev";
  let identity: Identity;
  const issuer = () => `${environment.azure.endpoint}/simulation/workflows`;
  const trust = (name: string, properties: object = {}) =>
    request("PUT", `${identity.id}/federatedIdentityCredentials/${name}`, "2023-01-31", {
      properties: { issuer: issuer(), subject, audiences: ["api://AzureADTokenExchange"], ...properties },
    });
  const workflowToken = async (as: string, audience?: string, age?: number) =>
    (
      (await simulation(environment.azure, "POST", "workflowTokens", { subject: as, audience, age })) as {
        token: string;
      }
    ).token;
  const signIn = (assertion: string) =>
    raw(environment.azure, `/${environment.azure.deployer.tenantId}/oauth2/v2.0/token`, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "client_credentials",
        client_id: identity.clientId,
        scope: `${environment.azure.endpoint}/.default`,
        client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        client_assertion: assertion,
      }),
    });

  beforeAll(async () => {
    identity = await newIdentity(environment.azure, "deploy-dev");
  });

  it("is refused without a credential, and works for exactly the trusted subject", async () => {
    const refused = (code: number) => ({ status: 401, body: { error: "invalid_client", error_codes: [code] } });
    expect(await signIn(await workflowToken(subject))).toMatchObject(refused(70025));
    expect((await trust("environment")).status).toBe(201);
    expect(await signIn(await workflowToken("repo:contoso/hello:pull_request"))).toMatchObject(refused(700213));
    expect(await signIn(await workflowToken(subject, "https://elsewhere"))).toMatchObject(refused(700212));
    expect(await signIn(await armToken(environment.azure))).toMatchObject(refused(700211));
    const [head = "", claims = "", signature = ""] = (await workflowToken(subject)).split(".");
    const forged = [head, claims, signature.replace(/^./, (first) => (first === "A" ? "B" : "A"))].join(".");
    expect(await signIn(forged)).toMatchObject(refused(50013));
    expect(await signIn("no token")).toMatchObject(refused(50027));
    expect((await signIn(await workflowToken(subject))).status).toBe(200);
  });

  it("is refused with a token older than five minutes, such as the Azure CLI keeps from its sign-in", async () => {
    expect((await signIn(await workflowToken(subject, undefined, 290))).status).toBe(200);
    expect(await signIn(await workflowToken(subject, undefined, 301))).toMatchObject({
      status: 401,
      body: {
        error: "invalid_client",
        error_codes: [700024],
        error_description: expect.stringMatching(
          /^AADSTS700024: Client assertion is not within its valid time range\. Current time: \S+, assertion valid from \S+, expiry time of assertion \S+\. /,
        ) as string,
      },
    });
  });

  it("accepts an issuer and subject once, and at most 20 credentials", async () => {
    expect(await trust("again")).toMatchObject({ status: 409 });
    expect(await trust("two", { audiences: ["a", "b"] })).toMatchObject({ status: 400 });
    expect(await trust("plain", { issuer: "http://insecure" })).toMatchObject({ status: 400 });
    expect(await trust("nobody", { subject: "" })).toMatchObject({ status: 400 });
    expect(await trust("x")).toMatchObject({ status: 400 });
    for (let number = 2; number <= 20; number++)
      expect((await trust(`number-${number}`, { subject: `${subject}${number}` })).status).toBe(201);
    expect(await trust("number-21", { subject: `${subject}21` })).toMatchObject({
      status: 400,
      message: "Too many federated identity credentials: an identity can have at most 20.",
    });
  });

  it("has the identity's permissions, limited by their conditions", async () => {
    const assign = (principalId: string, role: string, more: object = {}, token?: string) => {
      const name = `${group}/providers/Microsoft.Authorization/roleAssignments/${randomUUID()}`;
      const properties = {
        principalId,
        principalType: "ServicePrincipal",
        roleDefinitionId: roleId(environment.azure, role),
      };
      return request("PUT", name, "2022-04-01", { properties: { ...properties, ...more } }, token);
    };
    const roleAdministrator = "f58310d9-a9f6-439a-9e8d-f62e7b41a168";
    const condition = onlyTheseRoles([roleGuids.acrPull]);
    const given = await assign(identity.principalId, roleAdministrator, { condition, conditionVersion: "2.0" });
    expect(given.properties).toMatchObject({ condition, conditionVersion: "2.0" });
    const signedIn = (await signIn(await workflowToken(subject))).body as { access_token: string };
    const other = await newIdentity(environment.azure, "other");
    const forOther = (role: string) => assign(other.principalId, role, {}, signedIn.access_token);
    expect((await forOther(roleGuids.acrPull)).status).toBe(201);
    expect(await forOther(roleGuids.contributor)).toMatchObject({ status: 403, code: "AuthorizationFailed" });
    const own = given.id ?? "";
    expect(await request("DELETE", own, "2022-04-01", undefined, signedIn.access_token)).toMatchObject({ status: 403 });
  });
});
