import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  armToken,
  type Clients,
  type Environment,
  eventually,
  raw,
  roleGuids,
  simulation,
  startWithGroup,
} from "./testAzure.ts";
import { newUser, type User } from "./principals.ts";

let environment: Environment;
let azure: Clients;
let loginServer: string;
let registryId: string;

beforeAll(async () => {
  ({ environment, azure } = await startWithGroup());
  const created = await azure.registries.registries.create("rg", "pictures", {
    location: "swedencentral",
    sku: { name: "Standard" },
    tags: { stack: "one" },
  });
  loginServer = created.loginServer ?? "";
  registryId = created.id ?? "";
});
afterAll(() => environment.stop());

/** A principal with these roles in the registry. */
const user = (...roles: string[]): Promise<User> => newUser(environment.azure, registryId, roles);

async function refreshToken(as?: { clientId: string; clientSecret: string }): Promise<string> {
  const form = {
    grant_type: "access_token",
    service: loginServer,
    tenant: environment.azure.deployer.tenantId,
    access_token: await armToken(environment.azure, as),
  };
  const response = await fetch(`https://${loginServer}/oauth2/exchange`, {
    method: "POST",
    body: new URLSearchParams(form),
  });
  expect(response.status).toBe(200);
  return ((await response.json()) as { refresh_token: string }).refresh_token;
}

/** The actions that a principal gets for a request like containerd's, or the status of the refusal. */
async function given(refresh: string, ...scopes: string[]): Promise<string[] | number> {
  const form = new URLSearchParams({ grant_type: "refresh_token", service: loginServer, refresh_token: refresh });
  for (const scope of scopes) form.append("scope", scope);
  const response = await fetch(`https://${loginServer}/oauth2/token`, { method: "POST", body: form });
  if (response.status !== 200) return response.status;
  const { access_token: token } = (await response.json()) as { access_token: string };
  const { access } = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as {
    access: { type: string; name: string; actions: string[] }[];
  };
  return access.map(({ type, name, actions }) => `${type}:${name}:${actions.join(",")}`);
}

const standard = { sku: { name: "Standard" } };
const premium = { sku: { name: "Premium" } };
const allowing = (iPAddressOrRange: string) => ({
  networkRuleSet: { defaultAction: "Deny", ipRules: [{ action: "Allow", iPAddressOrRange }] },
});
const keeping = (days: number) => ({ policies: { retentionPolicy: { days, status: "enabled" } } });

describe("registries, through @azure/arm-containerregistry", () => {
  it("have ACR's properties and a login server of their own", async () => {
    expect(await azure.registries.registries.get("rg", "Pictures")).toMatchObject({
      name: "pictures",
      loginServer: expect.stringMatching(/^localhost:\d+$/) as string,
      provisioningState: "Succeeded",
      adminUserEnabled: false,
      roleAssignmentMode: "LegacyRegistryPermissions",
      publicNetworkAccess: "Enabled",
      sku: { name: "Standard", tier: "Standard" },
    });
    const found: (string | undefined)[] = [];
    const filter = "resourceType eq 'Microsoft.ContainerRegistry/registries' and tagName eq 'stack'";
    for await (const { name } of azure.resources.resources.list({ filter: filter.split(" and ")[0] ?? "" }))
      found.push(name);
    expect(found).toEqual(["pictures"]);
  });

  it("have names that are unique in all of Azure", async () => {
    const check = (name: string) =>
      azure.registries.registries.checkNameAvailability({ name, type: "Microsoft.ContainerRegistry/registries" });
    expect(await check("pictures")).toMatchObject({ nameAvailable: false, reason: "AlreadyExists" });
    expect(await check("no-dashes")).toMatchObject({ nameAvailable: false, reason: "Invalid" });
    expect(await check("another1")).toMatchObject({ nameAvailable: true });
    await azure.resources.resourceGroups.createOrUpdate("rg2", { location: "swedencentral" });
    await expect(
      azure.registries.registries.create("rg2", "pictures", { location: "swedencentral", sku: { name: "Basic" } }),
    ).rejects.toMatchObject({ statusCode: 409, code: "AlreadyInUse" });
  });

  it.each([
    ["a bad name", "no-dashes", { sku: { name: "Basic" } }, "InvalidResourceName"],
    ["no SKU", "nosku", { sku: { name: "" } }, "InvalidSku"],
    ["zones under Basic", "zones", { sku: { name: "Basic" }, zoneRedundancy: "Enabled" }, "SkuNotSupported"],
    ["an unknown mode", "modes", { sku: { name: "Basic" }, roleAssignmentMode: "Anarchy" }, "InvalidParameter"],
    ["no public network under Standard", "nopub", { ...standard, publicNetworkAccess: "Disabled" }, "SkuNotSupported"],
    ["allowed ranges under Standard", "ranges", { ...standard, ...allowing("203.0.113.0/24") }, "SkuNotSupported"],
    ["a retention under Standard", "keeps", { ...standard, ...keeping(7) }, "SkuNotSupported"],
    ["a retention of more than a year", "keeps", { ...premium, ...keeping(366) }, "InvalidParameter"],
    ["an invalid range", "ranges", { ...premium, ...allowing("203.0.113.0/33") }, "InvalidParameter"],
    ["an IPv6 range", "ranges", { ...premium, ...allowing("2001:db8::/64") }, "InvalidParameter"],
  ])("refuse %s", async (_, name, settings, code) => {
    await expect(
      azure.registries.registries.create("rg", name, { location: "swedencentral", ...settings }),
    ).rejects.toMatchObject({ statusCode: 400, code });
  });

  it("keep Premium settings, and refuse a lower SKU while they have them", async () => {
    await azure.resources.resourceGroups.createOrUpdate("dear", { location: "swedencentral" });
    const settings = { location: "swedencentral", ...premium, ...allowing("203.0.113.0/24"), ...keeping(30) };
    await azure.registries.registries.create("dear", "dearone", { ...settings, zoneRedundancy: "Enabled" });
    expect(await azure.registries.registries.get("dear", "dearone")).toMatchObject({
      zoneRedundancy: "Enabled",
      networkRuleSet: { defaultAction: "Deny", ipRules: [{ iPAddressOrRange: "203.0.113.0/24" }] },
      policies: { retentionPolicy: { days: 30, status: "enabled" } },
    });
    await expect(azure.registries.registries.update("dear", "dearone", standard)).rejects.toMatchObject({
      code: "SkuNotSupported",
    });
    await expect(
      azure.registries.registries.create("dear", "dearone", { ...settings, zoneRedundancy: "Disabled" }),
    ).rejects.toMatchObject({ code: "InvalidParameter" });
    await azure.registries.registries.delete("dear", "dearone");
  });

  it("have additional regions, each once, in Premium", async () => {
    await azure.resources.resourceGroups.createOrUpdate("wide", { location: "swedencentral" });
    await azure.registries.registries.create("wide", "wideone", { location: "swedencentral", ...premium });
    const replicate = (name: string, location: string, registry = "wideone", group = "wide") =>
      azure.registries.replications.create(group, registry, name, { location });
    const made = await replicate("northeurope", "northeurope");
    expect(made).toMatchObject({ location: "northeurope", provisioningState: "Succeeded", zoneRedundancy: "Disabled" });
    await expect(replicate("another", "northeurope")).rejects.toMatchObject({ code: "ReplicationLocationInUse" });
    await expect(replicate("swedencentral", "swedencentral")).rejects.toMatchObject({
      code: "ReplicationLocationInUse",
    });
    await expect(replicate("north-europe", "swedencentral")).rejects.toMatchObject({ code: "InvalidResourceName" });
    await expect(replicate("northeurope", "northeurope", "pictures", "rg")).rejects.toMatchObject({
      code: "SkuNotSupported",
    });
    await expect(azure.registries.registries.update("wide", "wideone", standard)).rejects.toThrow(
      "The registry has the replication 'northeurope', which needs the SKU Premium.",
    );
    await azure.registries.registries.delete("wide", "wideone");
    const left: unknown[] = [];
    for await (const resource of azure.resources.resources.listByResourceGroup("wide")) left.push(resource.name);
    expect(left).toEqual([]);
  });

  it("show and accept their role mode only in api-versions that have it", async () => {
    await azure.resources.resourceGroups.createOrUpdate("modes", { location: "swedencentral" });
    const path = `${registryId.replace(/resourceGroups.*/, "resourceGroups/modes")}/providers/Microsoft.ContainerRegistry/registries/modern`;
    const token = await armToken(environment.azure);
    const at = (method: string, version: string, content?: unknown, asked = path) =>
      raw(environment.azure, `${asked}?api-version=${version}`, { method, token, body: JSON.stringify(content) });
    const settings = { location: "swedencentral", sku: { name: "Basic" } };
    const abac = { ...settings, properties: { roleAssignmentMode: "AbacRepositoryPermissions" } };
    const modeIn = async (version: string, asked?: string) =>
      ((await at("GET", version, undefined, asked)).body as { properties: Record<string, unknown> }).properties
        .roleAssignmentMode;
    await at("PUT", "2023-01-01-preview", abac);
    expect(await modeIn("2025-11-01")).toBe("LegacyRegistryPermissions");
    await at("PUT", "2025-11-01", abac);
    expect(await modeIn("2025-11-01")).toBe("AbacRepositoryPermissions");
    expect(await modeIn("2025-04-01")).toBeUndefined();
    expect(await modeIn("2023-01-01-preview")).toBeUndefined();
    // Generic clients write the path of a resource without a parent like this.
    expect(await modeIn("2025-11-01", path.replace("/registries", "//registries"))).toBe("AbacRepositoryPermissions");
    // A client with an older api-version does not change the mode.
    await at("PUT", "2023-01-01-preview", { ...settings, tags: { a: "b" } });
    expect(await modeIn("2025-11-01")).toBe("AbacRepositoryPermissions");
    await azure.registries.registries.delete("modes", "modern");
  });

  it("return no admin credentials while the admin user is disabled", async () => {
    await expect(azure.registries.registries.listCredentials("rg", "pictures")).rejects.toMatchObject({
      statusCode: 400,
      code: "UnAuthorizedForCredentialOperations",
    });
    await azure.registries.registries.update("rg", "pictures", { adminUserEnabled: true });
    const { username, passwords } = await azure.registries.registries.listCredentials("rg", "pictures");
    const basic = Buffer.from(`${username}:${passwords?.[0]?.value}`).toString("base64");
    const signIn = () =>
      fetch(`https://${loginServer}/oauth2/token?service=${loginServer}&scope=repository:app:pull,push`, {
        headers: { Authorization: `Basic ${basic}` },
      });
    expect((await signIn()).status).toBe(200);
    await azure.registries.registries.update("rg", "pictures", { adminUserEnabled: false });
    expect((await signIn()).status).toBe(401);
  });

  it("can be slow to create, and are limited by the number of ports", async () => {
    await simulation(environment.azure, "PUT", "delays", { registrySeconds: 0.5 });
    const creation = azure.registries.registries
      .create("rg", "slowly", { location: "swedencentral", sku: { name: "Basic" } })
      .pollUntilDone();
    await eventually(async () => {
      expect(await azure.registries.registries.get("rg", "slowly")).toMatchObject({ provisioningState: "Creating" });
    });
    expect(await creation).toMatchObject({ provisioningState: "Succeeded" });
    await simulation(environment.azure, "POST", "reset");
    await expect(
      azure.registries.registries.create("rg", "third", { location: "swedencentral", sku: { name: "Basic" } }),
    ).rejects.toMatchObject({ code: "QuotaExceeded" });
    await azure.registries.registries.delete("rg", "slowly");
    expect(existsSync(join(environment.folder, "azure", "registries", "slowly"))).toBe(false);
  });
});

describe("who may push and pull", () => {
  const both = "repository:team/app:pull,push";

  it.each([
    ["nobody's roles", [], 401],
    ["AcrPull", [roleGuids.acrPull], ["repository:team/app:pull"]],
    ["AcrPush", [roleGuids.acrPush], [both]],
    ["Contributor", [roleGuids.contributor], [both]],
    ["Repository Writer, which counts only in ABAC mode", [roleGuids.repositoryWriter], 401],
  ])("with %s", async (_, roles, expected) => {
    expect(await given(await refreshToken(await user(...roles)), both)).toEqual(expected);
  });

  it("the deployer, who owns the subscription", async () => {
    expect(await given(await refreshToken(), both, "registry:catalog:*")).toEqual([both, "registry:catalog:*"]);
  });

  it("is evaluated for each token, so that a revoked grant stops working immediately", async () => {
    const reader = await user(roleGuids.acrPull);
    const refresh = await refreshToken(reader);
    expect(await given(refresh, "repository:app:pull")).toEqual(["repository:app:pull"]);
    for await (const { name = "" } of azure.authorization.roleAssignments.listForScope(registryId, {
      filter: `principalId eq '${reader.objectId}'`,
    })) {
      await azure.authorization.roleAssignments.delete(registryId, name);
    }
    expect(await given(refresh, "repository:app:pull")).toBe(401);
  });

  it("is refused with the registry's error", async () => {
    const refresh = await refreshToken(await user());
    const basic = Buffer.from(`00000000-0000-0000-0000-000000000000:${refresh}`).toString("base64");
    const ask = (scope: string) =>
      fetch(`https://${loginServer}/oauth2/token?service=${loginServer}${scope}`, {
        headers: { Authorization: `Basic ${basic}` },
      });
    // `docker login` requests no scope, and succeeds for every principal.
    expect((await ask("")).status).toBe(200);
    const refused = await ask("&scope=repository:app:pull");
    expect(refused.status).toBe(401);
    expect(await refused.json()).toEqual({
      errors: [
        {
          code: "UNAUTHORIZED",
          message: "authentication required, visit https://aka.ms/acr/authorization for more information.",
          detail: [{ Type: "repository", Name: "app", Action: "pull" }],
        },
      ],
    });
  });

  it("refuses forged, foreign and missing credentials", async () => {
    const { azure: service } = environment;
    expect(await given("forged", "repository:app:pull")).toBe(401);
    // An Entra token is not a refresh token.
    expect(await given(await armToken(service), "repository:app:pull")).toBe(401);
    expect(
      (await fetch(`https://${loginServer}/oauth2/token?service=${loginServer}&scope=repository:app:pull`)).status,
    ).toBe(401);
    const exchange = (form: Record<string, string>) =>
      fetch(`https://${loginServer}/oauth2/exchange`, { method: "POST", body: new URLSearchParams(form) });
    const form = { grant_type: "access_token", service: loginServer, access_token: "forged" };
    expect((await exchange(form)).status).toBe(401);
    const token = await armToken(service);
    expect((await exchange({ ...form, access_token: token, tenant: randomUUID() })).status).toBe(401);
    expect((await exchange({ ...form, access_token: token, service: "localhost:1" })).status).toBe(400);
  });

  it("can sign in with a service principal's id and secret", async () => {
    const { clientId, clientSecret } = await user(roleGuids.acrPull);
    const form = {
      grant_type: "password",
      username: clientId,
      password: clientSecret,
      service: loginServer,
      scope: "repository:app:pull",
    };
    const response = await fetch(`https://${loginServer}/oauth2/token`, {
      method: "POST",
      body: new URLSearchParams(form),
    });
    expect(response.status).toBe(200);
  });

  it("in ABAC mode only by the repository roles", async () => {
    await azure.registries.registries.update("rg", "pictures", { roleAssignmentMode: "AbacRepositoryPermissions" });
    const grants = async (...roles: string[]) => given(await refreshToken(await user(...roles)), both);
    expect(await grants(roleGuids.acrPush)).toBe(401);
    expect(await grants(roleGuids.repositoryReader)).toEqual(["repository:team/app:pull"]);
    expect(await grants(roleGuids.repositoryWriter)).toEqual([both]);
    expect(await given(await refreshToken(), both)).toBe(401);
    await azure.registries.registries.update("rg", "pictures", { roleAssignmentMode: "LegacyRegistryPermissions" });
  });
});

describe("a change of the role mode, in place", () => {
  const pull = "repository:app:pull";
  const setMode = (roleAssignmentMode: string) =>
    azure.registries.registries.create("rg", "pictures", {
      location: "swedencentral",
      sku: { name: "Standard" },
      tags: { stack: "one" },
      roleAssignmentMode,
    });

  it.each([
    ["the roles of both modes", [roleGuids.acrPull, roleGuids.repositoryReader], [[pull], [pull], [pull]]],
    ["AcrPull alone", [roleGuids.acrPull], [[pull], 401, [pull]]],
    ["Repository Reader alone", [roleGuids.repositoryReader], [401, [pull], 401]],
  ])("decides from then on about who has %s", async (_, roles, expected) => {
    const refresh = await refreshToken(await user(...roles));
    const seen = [await given(refresh, pull)];
    for (const mode of ["AbacRepositoryPermissions", "LegacyRegistryPermissions"]) {
      expect(await setMode(mode)).toMatchObject({ id: registryId, loginServer, roleAssignmentMode: mode });
      seen.push(await given(refresh, pull));
    }
    expect(seen).toEqual(expected);
  });
});

describe("the managed identity endpoint", () => {
  it("requires its header, and has no identity before the first cluster exists", async () => {
    const path = "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https://management.azure.com/";
    expect(await raw(environment.azure, path)).toMatchObject({ status: 400, body: { error: "bad_request_102" } });
    expect(await raw(environment.azure, path, { headers: { Metadata: "true" } })).toMatchObject({
      status: 400,
      body: { error_description: "Identity not found" },
    });
  });
});
