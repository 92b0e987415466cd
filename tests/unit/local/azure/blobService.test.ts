/** Who may do what with blobs and containers: decided by roles alone, as the real blob service does. */
import { randomUUID } from "node:crypto";
import { ciRoles } from "../../../../bootstrap/ciRoles.ts";
import { newUser, type User } from "./principals.ts";
import { arm, clients, type Environment, roleId, startWithGroup } from "./testAzure.ts";

let environment: Environment;
let account: string;
/** May write the state of dev, and of nothing else. */
let dev: User;
/** May read the state of dev. */
let preview: User;

const container = (name: string) => `${account}/blobServices/default/containers/${name}`;
const version = "2024-01-01";

beforeAll(async () => {
  const started = await startWithGroup();
  ({ environment } = started);
  account = `${started.group}/providers/Microsoft.Storage/storageAccounts/contosostate`;
  const { azure } = environment;
  const properties = { allowSharedKeyAccess: false };
  await arm(azure, "PUT", account, version, {
    ...{ location: "westeurope", kind: "StorageV2", sku: { name: "Standard_ZRS" } },
    properties,
  });
  for (const name of ["dev", "prod"]) await arm(azure, "PUT", container(name), version, {});
  dev = await newUser(azure, container("dev"), [ciRoles.blobContributor]);
  preview = await newUser(azure, container("dev"), [ciRoles.blobReader]);
});
afterAll(() => environment.stop());

async function storageToken(user: User, audience = "https://storage.azure.com"): Promise<string> {
  return (await clients(environment.azure, user).credential.getToken(`${audience}/.default`)).token;
}

async function blobs(user: User, method: string, path: string, init: RequestInit = {}) {
  const response = await fetch(`${environment.azure.endpoint}/blob/contosostate/${path}`, {
    method,
    ...init,
    headers: {
      Authorization: `Bearer ${await storageToken(user)}`,
      "x-ms-blob-type": "BlockBlob",
      ...(init.headers as Record<string, string>),
    },
  });
  const text = await response.text();
  return [response.status, response.headers.get("x-ms-error-code") ?? text] as const;
}

const state = ".pulumi/stacks/tarmac/dev.json";

it("whoever may write an environment's state reads, writes, lists and deletes blobs there", async () => {
  expect(await blobs(dev, "PUT", `dev/${state}`, { body: "{}" })).toEqual([201, ""]);
  expect(await blobs(preview, "GET", `dev/${state}`)).toEqual([200, "{}"]);
  const [, listed] = await blobs(preview, "GET", "dev?restype=container&comp=list&prefix=.pulumi/stacks/");
  expect(listed).toContain(`<Name>${state}</Name>`);
  expect(await blobs(preview, "PUT", `dev/${state}`, { body: "[]" })).toEqual([403, "AuthorizationPermissionMismatch"]);
  expect(await blobs(dev, "DELETE", `dev/${state}`)).toEqual([202, ""]);
  expect(await blobs(dev, "GET", `dev/${state}`)).toEqual([404, "BlobNotFound"]);
});

it("nobody reads, writes or deletes the state of another environment, nor its container", async () => {
  for (const method of ["GET", "PUT", "DELETE"])
    expect(await blobs(dev, method, "prod/.pulumi/stacks/tarmac/prod.json")).toEqual([
      403,
      "AuthorizationPermissionMismatch",
    ]);
  for (const method of ["DELETE", "PUT", "GET"])
    expect(await blobs(dev, method, "prod?restype=container")).toEqual([403, "AuthorizationPermissionMismatch"]);
});

it("a container can be deleted by whoever may write blobs in it: neither a condition nor a lock prevents it", async () => {
  const { azure } = environment;
  await arm(azure, "PUT", container("shared"), version, {});
  const made = await newUser(azure, container("shared"), []);
  const blob = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs";
  await clients(azure).authorization.roleAssignments.create(container("shared"), randomUUID(), {
    principalId: made.objectId,
    principalType: "ServicePrincipal",
    roleDefinitionId: roleId(azure, ciRoles.blobContributor),
    conditionVersion: "2.0",
    condition: `((!(ActionMatches{'${blob}/write'}) AND !(ActionMatches{'${blob}/delete'})) OR (@Resource[${blob}:path] StringLike '*/dev.*'))`,
  });
  await arm(azure, "PUT", `${account}/providers/Microsoft.Authorization/locks/l`, "2020-05-01", {
    properties: { level: "CanNotDelete" },
  });
  expect(await blobs(made, "DELETE", "shared/.pulumi/stacks/tarmac/prod.json")).toEqual([
    403,
    "AuthorizationPermissionMismatch",
  ]);
  expect((await arm(azure, "DELETE", container("shared"), version)).code).toBe("ScopeLocked");
  expect(await blobs(made, "DELETE", "shared?restype=container")).toEqual([202, ""]);
  expect((await arm(azure, "GET", container("shared"), version)).status).toBe(404);
});

it("accepts tokens for storage only, and no key", async () => {
  const authorized = (value: string) => ({ headers: { Authorization: value } });
  const forAzure = `Bearer ${await storageToken(dev, environment.azure.endpoint)}`;
  expect(await blobs(dev, "GET", `dev/${state}`, authorized(forAzure))).toEqual([401, "InvalidAuthenticationInfo"]);
  expect(await blobs(dev, "GET", `dev/${state}`, authorized(""))).toEqual([401, "NoAuthenticationInformation"]);
  expect(await blobs(dev, "GET", `dev/${state}`, authorized("SharedKey contosostate:c2lnbmF0dXJl"))).toEqual([
    403,
    "KeyBasedAuthenticationNotPermitted",
  ]);
});

it("refuses a lifecycle policy of another name, without rules, and without the kind of blobs", async () => {
  const policy = `${account}/managementPolicies`;
  const put = (name: string, rules: unknown[]) =>
    arm(environment.azure, "PUT", `${policy}/${name}`, version, { properties: { policy: { rules } } });
  const rule = (definition: object, type = "Lifecycle") => ({ name: "r", enabled: true, type, definition });
  expect((await put("other", [rule({ filters: { blobTypes: ["blockBlob"] } })])).status).toBe(400);
  expect((await put("default", [])).status).toBe(400);
  expect((await put("default", [rule({ actions: {} })])).status).toBe(400);
  expect((await put("default", [rule({ filters: { blobTypes: ["blockBlob"] } }, "Other")])).status).toBe(400);
  expect((await put("default", [rule({ filters: { blobTypes: ["blockBlob"] }, actions: {} })])).status).toBe(200);
});
