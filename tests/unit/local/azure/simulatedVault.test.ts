/** Keys and secrets of the simulated vaults, at the vaults' own service: cryptography, versions, soft delete, and who may do what. */
import { constants, createHash, createPublicKey, type JsonWebKey, publicEncrypt, verify } from "node:crypto";
import { statSync } from "node:fs";
import { join } from "node:path";
import { ciRoles } from "../../../../bootstrap/ciRoles.ts";
import { askNamed } from "./namedService.ts";
import { authorization, newUser, type User } from "./principals.ts";
import { arm, type Environment, simulation, startWithGroup } from "./testAzure.ts";

const secretsOfficer = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7";
const secretsUser = "4633458b-17de-408a-b874-0445c86b69e6";
const version = "2023-07-01";

let environment: Environment;
let vaults: string;
/** May do everything with keys and secrets. */
let officer: User;
/** May use only the key `dev`. */
let dev: User;

const put = (id: string, properties: object) =>
  arm(environment.azure, "PUT", id, version, { location: "westeurope", properties });

const vaultSettings = () => ({
  tenantId: environment.azure.deployer.tenantId,
  sku: { family: "A", name: "standard" },
});

beforeAll(async () => {
  const started = await startWithGroup();
  ({ environment } = started);
  vaults = `${started.group}/providers/Microsoft.KeyVault/vaults`;
  await put(`${vaults}/contoso`, { ...vaultSettings(), enableRbacAuthorization: true });
  await put(`${vaults}/contoso/keys/dev`, { keySize: 2048, keyOps: ["encrypt", "decrypt"] });
  officer = await newUser(environment.azure, `${vaults}/contoso`, [ciRoles.keyOfficer, secretsOfficer]);
  dev = await newUser(environment.azure, `${vaults}/contoso/keys/dev`, [ciRoles.keyUser]);
});
afterAll(() => environment.stop());

async function ask(user: User, method: string, path: string, body?: object, vault = "contoso") {
  const { azure } = environment;
  const [clean = "", query = ""] = path.split("?");
  const answer = await askNamed(azure, `${vault}.vault.azure.net`, method, `/${clean}?api-version=7.4&${query}`, {
    headers: await authorization(azure, user, "https://vault.azure.net"),
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const parsed = answer.text === "" ? {} : (JSON.parse(answer.text) as Record<string, unknown>);
  const { error, ...rest } = parsed as { error?: { code: string; message: string; innererror?: { code: string } } };
  return { status: answer.status, code: error?.innererror?.code ?? error?.code, message: error?.message, ...rest };
}

interface KeyAnswer {
  key: { kid: string; n: string; e: string; kty: string };
  attributes: { enabled: boolean; recoveryLevel: string };
}

const keyOf = async (name: string) => (await ask(officer, "GET", `keys/${name}`)) as unknown as KeyAnswer;

const encoded = (text: string) => Buffer.from(text).toString("base64url");
const decoded = (value: unknown) => Buffer.from(String(value), "base64url").toString();

async function encrypt(user: User, path: string, operation = "encrypt", alg = "RSA-OAEP-256") {
  const answer = await ask(user, "POST", `keys/${path}/${operation}`, { alg, value: encoded("hidden") });
  return answer as typeof answer & { value?: string; kid?: string };
}

const decrypt = async (user: User, path: string, value: unknown, operation = "decrypt", alg = "RSA-OAEP-256") => {
  const answer = await ask(user, "POST", `keys/${path}/${operation}`, { alg, value });
  return { ...answer, value: decoded((answer as { value?: string }).value ?? "") };
};

it("a caller that may use a key encrypts and decrypts with it, and sees its public half", async () => {
  const { value, kid } = await encrypt(dev, "dev");
  expect((await decrypt(dev, "dev", value)).value).toBe("hidden");
  const { key, attributes } = await keyOf("dev");
  expect(kid).toBe(key.kid);
  expect(attributes.recoveryLevel).toBe("Recoverable+Purgeable");
  const shown = await arm(environment.azure, "GET", `${vaults}/contoso/keys/dev`, version);
  expect(shown.properties?.keyUriWithVersion).toBe(key.kid);
  const publicKey = createPublicKey({ key: { kty: "RSA", n: key.n, e: key.e }, format: "jwk" });
  const outside = publicEncrypt(
    { key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" },
    Buffer.from("from outside"),
  );
  expect((await decrypt(dev, "dev", outside.toString("base64url"))).value).toBe("from outside");
});

it("nobody uses, lists, changes or deletes a key without a role for that", async () => {
  await put(`${vaults}/contoso/keys/prod`, { keySize: 2048 });
  expect(await encrypt(dev, "prod")).toMatchObject({ status: 403, code: "ForbiddenByRbac" });
  expect((await encrypt(dev, "prod")).message).toMatch(
    /Action: 'Microsoft\.KeyVault\/vaults\/keys\/encrypt\/action'\r\nResource: '.*\/vaults\/contoso\/keys\/prod'\r\nAssignment: \(not found\)/,
  );
  for (const [method, path] of [
    ["GET", "keys"],
    ["DELETE", "keys/dev"],
    ["POST", "keys/dev/rotate"],
    ["POST", "keys/other/create"],
    ["GET", "secrets/dev"],
    ["GET", "deletedkeys"],
  ] as const)
    expect(await ask(dev, method, path, method === "POST" ? {} : undefined)).toMatchObject({
      status: 403,
      code: "ForbiddenByRbac",
    });
});

it("roles of the Resource Manager do not count, not even Owner", async () => {
  const { deployer } = environment.azure;
  expect(await ask(deployer, "GET", "keys/dev")).toMatchObject({ status: 403, code: "ForbiddenByRbac" });
});

it("a rotated key decrypts with the version that encrypted, and encrypts with the newest", async () => {
  await ask(officer, "POST", "keys/turning/create", { kty: "RSA", key_size: 2048 });
  const first = await encrypt(officer, "turning", "wrapkey", "RSA-OAEP");
  await ask(officer, "POST", "keys/turning/rotate");
  const second = await encrypt(officer, "turning");
  expect(second.kid).not.toBe(first.kid);
  const [, old = ""] = /keys\/turning\/(.+)$/.exec(first.kid ?? "") ?? [];
  expect((await decrypt(officer, `turning/${old}`, first.value, "unwrapkey", "RSA-OAEP")).value).toBe("hidden");
  expect(await decrypt(officer, "turning", first.value, "unwrapkey", "RSA-OAEP")).toMatchObject({
    status: 400,
    code: "BadParameter",
  });
  const { value } = (await ask(officer, "GET", "keys/turning/versions")) as unknown as { value: unknown[] };
  expect(value).toHaveLength(2);
  const shown = await arm(environment.azure, "GET", `${vaults}/contoso/keys/turning`, version);
  expect(shown.properties?.keyUriWithVersion).toBe(second.kid);
});

it("a disabled key still encrypts, and no longer decrypts", async () => {
  const { value } = await encrypt(officer, "dev");
  await ask(officer, "PATCH", "keys/dev", { attributes: { enabled: false } });
  expect((await encrypt(dev, "dev")).status).toBe(200);
  expect(await decrypt(dev, "dev", value)).toMatchObject({
    status: 403,
    code: "KeyDisabled",
    message: "Operation decrypt is not allowed on a disabled key.",
  });
  await ask(officer, "PATCH", "keys/dev", { attributes: { enabled: true } });
  expect((await decrypt(dev, "dev", value)).value).toBe("hidden");
});

it("a key does only what it was created for", async () => {
  expect(await encrypt(dev, "dev", "wrapkey")).toMatchObject({
    status: 403,
    code: "KeyOperationForbidden",
    message: "Operation wrapKey is not permitted on this key.",
  });
  expect(await encrypt(dev, "dev", "encrypt", "A256GCM")).toMatchObject({ status: 400, code: "BadParameter" });
  await ask(officer, "PATCH", "keys/dev", { key_ops: ["decrypt", "encrypt", "wrapKey"] });
  expect((await encrypt(dev, "dev", "wrapkey")).status).toBe(200);
  await ask(officer, "POST", "keys/curve/create", { kty: "EC" });
  expect((await keyOf("curve")).key).toMatchObject({ kty: "EC", crv: "P-256" });
  expect(await encrypt(officer, "curve")).toMatchObject({ status: 400, code: "BadParameter" });
});

it.each([
  [{ kty: "oct" }, "kty"],
  [{ kty: "RSA", key_size: 1024 }, "key_size"],
  [{ kty: "RSA", key_ops: ["melt"] }, "key_ops"],
  [{ kty: "RSA", attributes: { enabled: "yes" } }, "attributes.enabled"],
  [{ kty: "RSA", attributes: { exp: 1.5 } }, "attributes"],
])("refuses to create a key with %j", async (body, property) => {
  expect(await ask(officer, "POST", "keys/refused/create", body)).toMatchObject({
    status: 400,
    code: "BadParameter",
    message: `Property ${property} has invalid value`,
  });
});

it("the Resource Manager refuses a key that the vault would refuse", async () => {
  expect(await put(`${vaults}/contoso/keys/small`, { keySize: 512 })).toMatchObject({
    status: 400,
    code: "BadParameter",
  });
});

describe("a key that signs", () => {
  const digest = createHash("sha256").update("a statement").digest();
  const sign = (key: string, alg: string, value = digest) =>
    ask(officer, "POST", `keys/${key}/sign`, { alg, value: value.toString("base64url") }) as Promise<
      { kid?: string; value?: string } & Awaited<ReturnType<typeof ask>>
    >;

  it.each([
    ["RSA", "RS256"],
    ["EC", "ES256"],
  ])("of the type %s signs digests that everybody verifies with its public half, by %s", async (kty, alg) => {
    const name = `sign-${kty.toLowerCase()}`;
    await ask(officer, "POST", `keys/${name}/create`, { kty, ...(kty === "EC" && { crv: "P-256" }) });
    const { value = "", kid = "", status } = await sign(name, alg);
    expect(status).toBe(200);
    const { key } = (await keyOf(name)) as unknown as { key: JsonWebKey & { kid: string } };
    expect(kid).toBe(key.kid);
    const publicKey = createPublicKey({ key: { ...key, kty }, format: "jwk" });
    const signature = Buffer.from(value, "base64url");
    expect(verify("sha256", Buffer.from("a statement"), { key: publicKey, dsaEncoding: "ieee-p1363" }, signature)).toBe(
      true,
    );
    const asked = (one: string) =>
      ask(officer, "POST", `keys/${name}/verify`, { alg, digest: digest.toString("base64url"), value: one });
    expect(await asked(value)).toMatchObject({ status: 200, value: true });
    expect(await asked(Buffer.alloc(signature.length, 1).toString("base64url"))).toMatchObject({ value: false });
    expect(await asked("AAAA")).toMatchObject({ value: false });
  });

  it("refuses a digest of the wrong form, an algorithm of another type, and an unknown algorithm", async () => {
    expect(await sign("sign-ec", "ES256", Buffer.from("short"))).toMatchObject({
      ...{ status: 400, code: "BadParameter" },
      message: "Invalid length of 'value': 5 bytes. ES256 requires 32 bytes, encoded with base64url.",
    });
    expect((await sign("sign-rsa", "ES256")).message).toMatch(
      /^Key and signing algorithm are incompatible\. Key https:\/\/contoso\.vault\.azure\.net\/keys\/sign-rsa\/[0-9a-f]{32} is of type 'RSA', and algorithm 'ES256'/,
    );
    expect((await sign("sign-rsa", "HS256")).message).toBe("Property 'alg' has invalid value: HS256");
  });

  it("needs the right to sign, and a key that is enabled and allowed to sign", async () => {
    const signed = await ask(dev, "POST", "keys/sign-rsa/sign", { alg: "RS256", value: digest.toString("base64url") });
    expect(signed).toMatchObject({ status: 403, code: "ForbiddenByRbac" });
    expect(signed.message).toContain("Action: 'Microsoft.KeyVault/vaults/keys/sign/action'");
    expect(await sign("dev", "RS256")).toMatchObject({ status: 403, code: "KeyOperationForbidden" });
    await ask(officer, "PATCH", "keys/sign-rsa", { attributes: { enabled: false } });
    expect(await sign("sign-rsa", "RS256")).toMatchObject({ status: 403, code: "KeyDisabled" });
  });
});

it("a deleted key keeps its name until it is recovered or purged", async () => {
  await ask(officer, "POST", "keys/passing/create", { kty: "RSA" });
  const { value } = await encrypt(officer, "passing");
  expect(await ask(officer, "DELETE", "keys/passing")).toMatchObject({
    recoveryId: "https://contoso.vault.azure.net/deletedkeys/passing",
  });
  expect(await encrypt(officer, "passing")).toMatchObject({ status: 404, code: "KeyNotFound" });
  expect(await ask(officer, "POST", "keys/passing/create", { kty: "RSA" })).toMatchObject({
    status: 409,
    code: "ObjectIsDeletedButRecoverable",
  });
  expect(await put(`${vaults}/contoso/keys/passing`, {})).toMatchObject({ status: 409 });
  expect((await ask(officer, "GET", "deletedkeys/passing")).status).toBe(200);
  expect((await ask(officer, "POST", "deletedkeys/passing/recover")).status).toBe(200);
  expect((await decrypt(officer, "passing", value)).value).toBe("hidden");
  expect(await ask(officer, "GET", "deletedkeys/passing")).toMatchObject({ status: 404, code: "KeyNotFound" });
  await ask(officer, "DELETE", "keys/passing");
  expect((await ask(officer, "DELETE", "deletedkeys/passing")).status).toBe(204);
  expect((await ask(officer, "POST", "keys/passing/create", { kty: "RSA" })).status).toBe(200);
});

it("nobody purges in a vault that is protected against it", async () => {
  await put(`${vaults}/guarded`, { ...vaultSettings(), enableRbacAuthorization: true, enablePurgeProtection: true });
  const keeper = await newUser(environment.azure, `${vaults}/guarded`, [ciRoles.keyOfficer]);
  await ask(keeper, "POST", "keys/kept/create", { kty: "RSA" }, "guarded");
  await ask(keeper, "DELETE", "keys/kept", undefined, "guarded");
  expect(await ask(keeper, "DELETE", "deletedkeys/kept", undefined, "guarded")).toMatchObject({
    status: 403,
    code: "PurgeProtectionEnabled",
  });
});

it("secrets: an officer sets, a user reads, and only names are in lists", async () => {
  const reader = await newUser(environment.azure, `${vaults}/contoso`, [secretsUser]);
  await ask(officer, "PUT", "secrets/database", { value: "first", contentType: "text/plain", tags: { of: "app" } });
  const second = (await ask(officer, "PUT", "secrets/database", { value: "second" })) as unknown as { id: string };
  expect(await ask(reader, "GET", "secrets/database")).toMatchObject({ value: "second", id: second.id });
  const versions = (await ask(reader, "GET", "secrets/database/versions")) as unknown as { value: { id: string }[] };
  expect(versions.value.map(({ id }) => id)).toContain(second.id);
  const [, first = ""] = /secrets\/database\/(.+)$/.exec(versions.value[0]?.id ?? "") ?? [];
  expect(await ask(reader, "GET", `secrets/database/${first}`)).toMatchObject({
    value: "first",
    contentType: "text/plain",
    tags: { of: "app" },
  });
  const listed = (await ask(reader, "GET", "secrets")) as unknown as { value: { id: string; value?: string }[] };
  expect(listed.value).toMatchObject([{ id: "https://contoso.vault.azure.net/secrets/database" }]);
  expect(JSON.stringify(listed)).not.toContain("second");
  expect(await ask(reader, "PUT", "secrets/database", { value: "mine" })).toMatchObject({ code: "ForbiddenByRbac" });
  expect(
    await ask(officer, "PATCH", `secrets/database/${first}`, { attributes: { enabled: false } }),
  ).not.toHaveProperty("value");
  expect(await ask(reader, "GET", `secrets/database/${first}`)).toMatchObject({ status: 403, code: "SecretDisabled" });
  await ask(officer, "PATCH", "secrets/database", { contentType: "password" });
  expect(await ask(reader, "GET", "secrets/database")).toMatchObject({ contentType: "password" });
  await ask(officer, "DELETE", "secrets/database");
  const deleted = (await ask(officer, "GET", "deletedsecrets")) as unknown as { value: object[] };
  expect(deleted.value).toHaveLength(1);
  expect(JSON.stringify(await ask(officer, "GET", "deletedsecrets/database"))).not.toContain("second");
});

it("refuses a secret without a value, one that is too long, and an invalid name", async () => {
  expect(await ask(officer, "PUT", "secrets/empty", {})).toMatchObject({ status: 400, code: "BadParameter" });
  expect(await ask(officer, "PUT", "secrets/long", { value: "x".repeat(25 * 1024 + 1) })).toMatchObject({
    status: 400,
  });
  expect(await ask(officer, "GET", "secrets/a_b")).toMatchObject({ status: 400 });
  expect(await ask(officer, "GET", "secrets/missing")).toMatchObject({ status: 404, code: "SecretNotFound" });
  expect(await ask(officer, "GET", "keys/dev/0123")).toMatchObject({ status: 404, code: "KeyNotFound" });
});

it("lists in pages", async () => {
  for (const name of ["page-one", "page-two", "page-three"])
    await ask(officer, "PUT", `secrets/${name}`, { value: "x" });
  const first = (await ask(officer, "GET", "secrets?maxresults=2")) as unknown as { value: object[]; nextLink: string };
  expect(first.value).toHaveLength(2);
  const { pathname, search } = new URL(first.nextLink);
  const rest = (await ask(officer, "GET", `${pathname.slice(1)}${search}`)) as unknown as { nextLink: null };
  expect(rest.nextLink).toBeNull();
  expect(await ask(officer, "GET", "secrets?maxresults=0")).toMatchObject({ status: 400 });
});

it("a vault with access policies checks those, and no roles", async () => {
  const allowed = await newUser(environment.azure, vaults.replace(/\/providers.*/, ""), [ciRoles.keyOfficer]);
  const permissions = { keys: ["Get", "Encrypt"], secrets: ["all"] };
  await put(`${vaults}/classic`, {
    ...vaultSettings(),
    accessPolicies: [{ objectId: allowed.objectId, tenantId: environment.azure.deployer.tenantId, permissions }],
  });
  await put(`${vaults}/classic/keys/k`, {});
  expect((await ask(allowed, "GET", "keys/k", undefined, "classic")).status).toBe(200);
  expect((await ask(allowed, "PUT", "secrets/s", { value: "x" }, "classic")).status).toBe(200);
  const refused = await ask(allowed, "DELETE", "keys/k", undefined, "classic");
  expect(refused).toMatchObject({ status: 403, code: "AccessDenied" });
  expect(refused.message).toContain("does not have keys delete permission on key vault 'classic;location=westeurope'");
});

it("a vault without public access refuses", async () => {
  await put(`${vaults}/closed`, { ...vaultSettings(), enableRbacAuthorization: true, publicNetworkAccess: "Disabled" });
  expect(await ask(officer, "GET", "keys/k", undefined, "closed")).toMatchObject({ code: "ForbiddenByConnection" });
});

it("a vault that denies by default refuses other addresses", async () => {
  const of = (ipRules: object[]) => ({
    ...{ ...vaultSettings(), enableRbacAuthorization: true },
    networkAcls: { bypass: "None", defaultAction: "Deny", ipRules },
  });
  await put(`${vaults}/walled`, of([]));
  const refused = await ask(officer, "GET", "keys/k", undefined, "walled");
  expect(refused).toMatchObject({ status: 403, code: "ForbiddenByFirewall" });
  expect(refused.message).toMatch(/^Client address is not authorized and caller is not a trusted service\./);
  await put(`${vaults}/walled`, of([{ value: "203.0.113.0/24" }]));
  expect(await ask(officer, "GET", "keys/k", undefined, "walled")).not.toMatchObject({ code: "ForbiddenByFirewall" });
});

it("a request without a token is told where to get one, and a token for anything else is refused", async () => {
  const { azure } = environment;
  const anonymous = await askNamed(azure, "contoso.vault.azure.net", "GET", "/keys/dev?api-version=7.4");
  expect(anonymous.status).toBe(401);
  expect(anonymous.headers["www-authenticate"]).toBe(
    `Bearer authorization="https://login.microsoftonline.com/${azure.deployer.tenantId}", resource="https://vault.azure.net"`,
  );
  for (const headers of [
    await authorization(azure, officer, "https://storage.azure.com"),
    { Authorization: "Bearer not.a.token" },
  ])
    expect(
      (await askNamed(azure, "contoso.vault.azure.net", "GET", "/keys/dev?api-version=7.4", { headers })).status,
    ).toBe(401);
});

it.each([
  ["GET", "certificates"],
  ["PUT", "keys"],
  ["PUT", "keys/dev"],
  ["DELETE", "keys/dev/0123"],
  ["GET", "keys/dev/0123/more"],
  ["GET", "keys/dev/0123/more/parts"],
  ["POST", "deletedkeys/dev/other"],
  ["GET", "deletedkeys/dev/recover/now"],
])("does not serve %s %s", async (method, path) => {
  expect(await ask(officer, method, path)).toMatchObject({ status: 405 });
});

it("requires an api-version", async () => {
  const headers = await authorization(environment.azure, officer, "https://vault.azure.net");
  const answer = await askNamed(environment.azure, "contoso.vault.azure.net", "GET", "/keys/dev", { headers });
  expect(answer).toMatchObject({ status: 400 });
  const unknown = await askNamed(environment.azure, "nobody.vault.azure.net", "GET", "/keys/dev", { headers });
  expect(unknown.status).toBe(404);
});

it("a key that was only shown is the same after a restart, and using it writes nothing", async () => {
  const { key } = (await ask(officer, "POST", "keys/shown/create", { kty: "EC" })) as unknown as KeyAnswer;
  await environment.restart();
  expect((await keyOf("shown")).key).toEqual(key);
  const inventory = join(environment.folder, "azure", "inventory.json");
  const { value } = await encrypt(officer, "dev");
  const { ino } = statSync(inventory);
  expect((await decrypt(officer, "dev", value)).value).toBe("hidden");
  expect(statSync(inventory).ino).toBe(ino);
});

it("a new vault has no deleted keys of an earlier one with its name", async () => {
  const settings = { ...vaultSettings(), enableRbacAuthorization: true };
  const officerOf = async () => newUser(environment.azure, `${vaults}/again`, [ciRoles.keyOfficer]);
  await put(`${vaults}/again`, settings);
  const create = async () => ask(await officerOf(), "POST", "keys/passing/create", { kty: "EC" }, "again");
  expect((await create()).status).toBe(200);
  await ask(await officerOf(), "DELETE", "keys/passing", undefined, "again");
  expect(await create()).toMatchObject({ status: 409, code: "ObjectIsDeletedButRecoverable" });
  await arm(environment.azure, "DELETE", `${vaults}/again`, version);
  const deleted = `/subscriptions/${environment.azure.deployer.subscriptionId}/providers/Microsoft.KeyVault/locations/westeurope/deletedVaults/again`;
  expect((await arm(environment.azure, "POST", `${deleted}/purge`, version)).status).toBeLessThan(300);
  await put(`${vaults}/again`, settings);
  expect((await create()).status).toBe(200);
});

it("keys and secrets survive a restart, and a reset forgets the deleted ones", async () => {
  const { value } = await encrypt(officer, "dev");
  await environment.restart();
  expect((await decrypt(dev, "dev", value)).value).toBe("hidden");
  await ask(officer, "DELETE", "keys/dev");
  expect(await decrypt(dev, "dev", value)).toMatchObject({ status: 404 });
  await simulation(environment.azure, "POST", "reset");
  // The users are gone as well.
  officer = await newUser(environment.azure, `${vaults}/contoso`, [ciRoles.keyOfficer]);
  expect(await ask(officer, "GET", "deletedkeys/dev")).toMatchObject({ status: 404, code: "KeyNotFound" });
  expect((await ask(officer, "POST", "keys/dev/create", { kty: "EC" })).status).toBe(200);
});
