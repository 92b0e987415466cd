import { ClientSecretCredential } from "@azure/identity";
import { createRemoteJWKSet, decodeJwt, jwtVerify } from "jose";
import { armToken, clients, type Environment, raw, startEnvironment } from "./testAzure.ts";

let environment: Environment;
beforeAll(async () => {
  environment = await startEnvironment();
});
afterAll(() => environment.stop());

const signIn = (form: Record<string, string>) =>
  raw(environment.azure, `/${environment.azure.deployer.tenantId}/oauth2/v2.0/token`, {
    method: "POST",
    body: new URLSearchParams(form),
  });

const ownForm = () => ({
  grant_type: "client_credentials",
  client_id: environment.azure.deployer.clientId,
  client_secret: environment.azure.deployer.clientSecret,
  scope: "https://management.azure.com/.default",
});

describe("signing in, through @azure/identity", () => {
  it("returns a token with the identity's claims, signed with the published key", async () => {
    const { azure } = environment;
    const token = await armToken(azure);
    expect(decodeJwt(token)).toMatchObject({
      oid: azure.deployer.objectId,
      appid: azure.deployer.clientId,
      tid: azure.deployer.tenantId,
      aud: azure.endpoint,
      iss: `${azure.endpoint}/${azure.deployer.tenantId}/v2.0`,
    });
    const { body } = await raw(azure, `/${azure.deployer.tenantId}/v2.0/.well-known/openid-configuration`);
    const keys = createRemoteJWKSet(new URL((body as { jwks_uri: string }).jwks_uri));
    await expect(jwtVerify(token, keys, { issuer: (body as { issuer: string }).issuer })).resolves.toMatchObject({
      protectedHeader: { alg: "RS256" },
    });
  });

  it("refuses a wrong secret in Entra's words", async () => {
    const { azure } = environment;
    const credential = new ClientSecretCredential(azure.deployer.tenantId, azure.deployer.clientId, "wrong", {
      authorityHost: azure.endpoint,
      disableInstanceDiscovery: true,
    });
    await expect(credential.getToken("https://management.azure.com/.default")).rejects.toThrow(/AADSTS7000215/);
    const answer = await signIn({ ...ownForm(), client_secret: "wrong" });
    expect(answer).toMatchObject({
      status: 401,
      body: { error: "invalid_client", error_codes: [7000215], trace_id: expect.any(String) as string },
    });
  });

  it.each([
    ["an unknown application", { client_id: "00000000-0000-0000-0000-000000000009" }, "unauthorized_client", 700016],
    ["an unknown resource", { scope: "https://example.org/.default" }, "invalid_resource", 500011],
    ["a scope without a resource", { scope: "User.Read" }, "invalid_scope", 1002012],
    ["another grant", { grant_type: "password" }, "unsupported_grant_type", 70003],
  ])("refuses %s", async (_, change, name, code) => {
    const answer = await signIn({ ...ownForm(), ...change });
    expect(answer).toMatchObject({ status: 400, body: { error: name, error_codes: [code] } });
  });

  it("refuses other tenants", async () => {
    const answer = await raw(environment.azure, "/11111111-1111-1111-1111-111111111111/oauth2/v2.0/token", {
      method: "POST",
      body: new URLSearchParams(ownForm()),
    });
    expect(answer).toMatchObject({ status: 400, body: { error_codes: [90002] } });
  });
});

describe("the Resource Manager", () => {
  const list = (token?: string) =>
    raw(environment.azure, "/subscriptions?api-version=2022-12-01", token === undefined ? {} : { token });

  it("requires a valid token for its own audience", async () => {
    const missing = await list();
    expect(missing).toMatchObject({ status: 401, body: { error: { code: "AuthenticationFailed" } } });
    expect(missing.headers.get("www-authenticate")).toContain(
      `authorization_uri="${environment.azure.endpoint}/${environment.azure.deployer.tenantId}"`,
    );
    expect(await list("forged")).toMatchObject({
      status: 401,
      body: { error: { code: "InvalidAuthenticationToken" } },
    });
    const { token } = await clients(environment.azure).credential.getToken(
      "https://containerregistry.azure.net/.default",
    );
    expect(await list(token)).toMatchObject({
      status: 401,
      body: { error: { code: "InvalidAuthenticationTokenAudience" } },
    });
  });
});

describe("the documents that tools read first", () => {
  it.each([
    ["2022-09-01", (body: unknown) => body],
    ["2019-10-01", (body: unknown) => (body as unknown[])[0]],
  ])("describe the cloud in the form of %s", async (version, pick) => {
    const { azure } = environment;
    const { body } = await raw(azure, `/metadata/endpoints?api-version=${version}`);
    expect(pick(body)).toMatchObject({
      name: "TarmacLocal",
      resourceManager: azure.endpoint,
      authentication: { loginEndpoint: azure.endpoint, audiences: [`${azure.endpoint}/`, azure.endpoint] },
      suffixes: { storage: "core.windows.net" },
    });
  });

  it("describe it to `az cloud register` in the short form", async () => {
    const { azure } = environment;
    const { body } = await raw(azure, "/metadata/endpoints?api-version=2015-01-01");
    expect(body).toMatchObject({
      authentication: { loginEndpoint: azure.endpoint },
      graphEndpoint: expect.any(String) as string,
    });
  });

  it("instance discovery leads to the tenant", async () => {
    const { azure } = environment;
    const { body } = await raw(azure, "/common/discovery/instance?api-version=1.1");
    expect(body).toMatchObject({
      tenant_discovery_endpoint: `${azure.endpoint}/${azure.deployer.tenantId}/v2.0/.well-known/openid-configuration`,
    });
  });
});
