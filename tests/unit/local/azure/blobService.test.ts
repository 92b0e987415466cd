/** Access to blobs and containers: only roles decide, as in the real blob service. */
import { createHash, randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { ciRoles } from "../../../../bootstrap/ciRoles.ts";
import { askNamed, type NamedAnswer } from "./namedService.ts";
import { authorization, giveRole, newUser, type User } from "./principals.ts";
import { arm, clients, type Environment, roleId, startWithGroup } from "./testAzure.ts";

let environment: Environment;
let account: string;
/** May write only the state of dev. */
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

interface Sent {
  headers?: Record<string, string>;
  body?: string;
}

const host = "contosostate.blob.core.windows.net";

/** The whole answer. */
const asked = async (user: User, method: string, path: string, { headers, body }: Sent = {}): Promise<NamedAnswer> =>
  askNamed(environment.azure, host, method, `/${path}`, {
    headers: {
      ...(await authorization(environment.azure, user, "https://storage.azure.com")),
      "x-ms-blob-type": "BlockBlob",
      ...(body !== undefined && { "Content-Length": `${Buffer.byteLength(body)}` }),
      ...headers,
    },
    ...(body !== undefined && { body }),
  });

async function blobs(user: User, method: string, path: string, sent: Sent = {}) {
  const { status, headers, text } = await asked(user, method, path, sent);
  return [status, headers["x-ms-error-code"] ?? text] as const;
}

const state = ".pulumi/stacks/tarmac/dev.json";

it("an identity that may write an environment's state reads, writes, lists and deletes blobs there", async () => {
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

it("a container can be deleted by any identity that may write blobs in it: neither a condition nor a lock prevents it", async () => {
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
  await arm(azure, "DELETE", `${account}/providers/Microsoft.Authorization/locks/l`, "2020-05-01");
});

describe("an account that keeps versions and what is deleted", () => {
  const kept = { enabled: true, days: 30 };
  const set = (properties: object) =>
    arm(environment.azure, "PUT", `${account}/blobServices/default`, version, { properties });

  beforeAll(async () => {
    await set({ isVersioningEnabled: true, deleteRetentionPolicy: kept, containerDeleteRetentionPolicy: kept });
    await arm(environment.azure, "PUT", container("kept"), version, {});
    await giveRole(environment.azure, container("kept"), dev.objectId, ciRoles.blobContributor);
  });

  const versionsOf = async (blob: string) => {
    const { text } = await asked(dev, "GET", `kept?restype=container&comp=list&include=versions&prefix=${blob}`);
    return [...text.matchAll(/<VersionId>([^<]+)<\/VersionId>(<IsCurrentVersion>)?/g)].map(([, id = "", current]) => ({
      id,
      current: current !== undefined,
    }));
  };

  it("an overwritten and then deleted state comes back from any of its versions", async () => {
    const first = await asked(dev, "PUT", "kept/state.json", { body: "one" });
    await blobs(dev, "PUT", "kept/state.json", { body: "two" });
    expect((await versionsOf("state.json")).map(({ current }) => current)).toEqual([false, true]);
    await blobs(dev, "DELETE", "kept/state.json");
    expect(await blobs(dev, "GET", "kept/state.json")).toEqual([404, "BlobNotFound"]);
    expect((await versionsOf("state.json")).map(({ current }) => current)).toEqual([false, false]);
    const id = String(first.headers["x-ms-version-id"]);
    expect(await blobs(dev, "GET", `kept/state.json?versionid=${id}`)).toEqual([200, "one"]);
    const copied = await asked(dev, "PUT", "kept/state.json", {
      headers: { "x-ms-copy-source": `https://${host}/kept/state.json?versionid=${id}` },
    });
    expect([copied.status, copied.headers["x-ms-copy-status"]]).toEqual([202, "success"]);
    expect(await blobs(dev, "GET", "kept/state.json")).toEqual([200, "one"]);
    expect((await versionsOf("state.json")).filter(({ current }) => current)).toHaveLength(1);
  });

  it("a role that writes and deletes blobs deletes no version; the owner's role does, and the version can be restored", async () => {
    await blobs(dev, "PUT", "kept/history", { body: "old" });
    await blobs(dev, "PUT", "kept/history", { body: "new" });
    const [old] = await versionsOf("history");
    const path = `kept/history?versionid=${old?.id}`;
    expect(await blobs(dev, "DELETE", path)).toEqual([403, "AuthorizationPermissionMismatch"]);
    const owner = await newUser(environment.azure, container("kept"), ["b7e6dc6d-f1e8-4753-8033-0f276bb0955b"]);
    const current = (await versionsOf("history")).find((one) => one.current);
    expect(await blobs(owner, "DELETE", `kept/history?versionid=${current?.id}`)).toEqual([
      400,
      "OperationNotAllowedOnRootBlob",
    ]);
    expect(await blobs(owner, "DELETE", path)).toEqual([202, ""]);
    expect(await blobs(dev, "GET", path)).toEqual([404, "BlobNotFound"]);
    const listed = await asked(dev, "GET", "kept?restype=container&comp=list&include=versions,deleted&prefix=history");
    expect(listed.text).toContain("<Deleted>true</Deleted>");
    expect(await blobs(dev, "PUT", "kept/history?comp=undelete")).toEqual([200, ""]);
    expect(await blobs(dev, "GET", path)).toEqual([200, "old"]);
    expect(await blobs(dev, "GET", "kept/history")).toEqual([200, "new"]);
  });

  it("a deleted container comes back with its blobs, whether the Resource Manager or the service deleted it", async () => {
    const { azure } = environment;
    const admin = await newUser(azure, account, [ciRoles.blobContributor]);
    await arm(azure, "PUT", container("gone"), version, {});
    await blobs(admin, "PUT", "gone/state", { body: "{}" });
    for (const remove of [
      () => blobs(admin, "DELETE", "gone?restype=container"),
      () => arm(azure, "DELETE", container("gone"), version),
    ]) {
      await remove();
      expect(await blobs(admin, "GET", "gone/state")).toEqual([404, "ContainerNotFound"]);
      const { text } = await asked(admin, "GET", "?comp=list&include=deleted&prefix=gone");
      const [, deletion = ""] = /<Deleted>true<\/Deleted><Version>([^<]+)</.exec(text) ?? [];
      const restore = (deleted: string) =>
        blobs(admin, "PUT", "gone?restype=container&comp=undelete", {
          headers: { "x-ms-deleted-container-name": "gone", "x-ms-deleted-container-version": deleted },
        });
      expect(await restore("01D0")).toEqual([404, "ContainerNotFound"]);
      expect(await restore(deletion)).toEqual([201, ""]);
      expect(await blobs(admin, "GET", "gone/state")).toEqual([200, "{}"]);
    }
    expect((await asked(admin, "GET", "?comp=list&include=deleted")).text).not.toContain("<Deleted>");
    expect(await blobs(dev, "GET", "?comp=list")).toEqual([403, "AuthorizationPermissionMismatch"]);
  });

  it("without versions, a deleted blob comes back by itself", async () => {
    await set({ isVersioningEnabled: false, deleteRetentionPolicy: kept });
    await blobs(dev, "PUT", "kept/single", { body: "one" });
    await blobs(dev, "PUT", "kept/single", { body: "two" });
    await blobs(dev, "DELETE", "kept/single");
    expect(await blobs(dev, "GET", "kept/single")).toEqual([404, "BlobNotFound"]);
    await blobs(dev, "PUT", "kept/single?comp=undelete");
    expect(await blobs(dev, "GET", "kept/single")).toEqual([200, "two"]);
    await set({ isVersioningEnabled: false, deleteRetentionPolicy: { enabled: false } });
    await blobs(dev, "DELETE", "kept/single");
    expect(await blobs(dev, "PUT", "kept/single?comp=undelete")).toEqual([404, "BlobNotFound"]);
  });
});

it("a blob in blocks, in ranges, with its headers and its metadata", async () => {
  const [one, two] = ["AAAAAQ==", "AAAAAg=="];
  await blobs(dev, "PUT", `dev/big?comp=block&blockid=${one}`, { body: "hello " });
  await blobs(dev, "PUT", `dev/big?comp=block&blockid=${two}`, { body: "world" });
  const list = (...ids: string[]) => `<BlockList>${ids.map((id) => `<Latest>${id}</Latest>`).join("")}</BlockList>`;
  expect(await blobs(dev, "PUT", "dev/big?comp=blocklist", { body: list("BBBB") })).toEqual([400, "InvalidBlockList"]);
  const committed = `<BlockList><Committed>${one}</Committed></BlockList>`;
  expect(await blobs(dev, "PUT", "dev/big?comp=blocklist", { body: committed })).toEqual([400, "InvalidBlockList"]);
  const headers = { "x-ms-blob-content-type": "text/plain", "x-ms-meta-stack": "dev" };
  expect((await blobs(dev, "PUT", "dev/big?comp=blocklist", { body: list(one, two), headers }))[0]).toBe(201);
  const head = await asked(preview, "HEAD", "dev/big");
  expect(head.headers).toMatchObject({
    "content-type": "text/plain",
    "x-ms-meta-stack": "dev",
    "content-length": "11",
  });
  const part = await asked(preview, "GET", "dev/big", { headers: { "x-ms-range": "bytes=6-" } });
  expect([part.status, part.headers["content-range"], part.text]).toEqual([206, "bytes 6-10/11", "world"]);
  expect(await blobs(preview, "GET", "dev/big", { headers: { Range: "bytes=11-" } })).toEqual([416, "InvalidRange"]);
  const { text } = await asked(preview, "GET", "dev?restype=container&comp=list&include=metadata&prefix=big");
  expect(text).toContain("<Metadata><stack>dev</stack></Metadata>");
});

it("conditions on existing blobs", async () => {
  const put = (headers: Record<string, string>, body = "x") => blobs(dev, "PUT", "dev/condition", { body, headers });
  expect((await put({ "If-None-Match": "*" }))[0]).toBe(201);
  expect(await put({ "If-None-Match": "*" })).toEqual([409, "BlobAlreadyExists"]);
  const { etag = "" } = (await asked(dev, "HEAD", "dev/condition")).headers;
  expect(await put({ "If-Match": '"other"' })).toEqual([412, "ConditionNotMet"]);
  expect((await put({ "If-Match": etag }))[0]).toBe(201);
  expect(await blobs(dev, "DELETE", "dev/condition", { headers: { "If-Match": etag } })).toEqual([
    412,
    "ConditionNotMet",
  ]);
});

it("lists in pages, and folders once", async () => {
  for (const name of ["f/1", "f/2", "g", "h"]) await blobs(dev, "PUT", `dev/page/${name}`, { body: "x" });
  const list = async (more: string) =>
    (await asked(preview, "GET", `dev?restype=container&comp=list&prefix=page/&delimiter=/&${more}`)).text;
  const names = (xml: string) => [...xml.matchAll(/<Name>([^<]+)</g)].map(([, name]) => name);
  const first = await list("maxresults=2");
  const [, marker = ""] = /<NextMarker>([^<]+)</.exec(first) ?? [];
  expect([...names(first), ...names(await list(`marker=${marker}`))]).toEqual(["page/f/", "page/g", "page/h"]);
  expect(await blobs(preview, "GET", "dev?restype=container&comp=list&maxresults=none")).toEqual([
    400,
    "InvalidQueryParameterValue",
  ]);
});

it("copies within the account, and only what the caller may read", async () => {
  const copy = (source: string, name = "dev/copied") =>
    blobs(dev, "PUT", name, { headers: { "x-ms-copy-source": source } });
  await blobs(dev, "PUT", "dev/source", { body: "text" });
  expect(await copy(`https://${host}/dev/source`)).toEqual([202, ""]);
  expect(await blobs(dev, "GET", "dev/copied")).toEqual([200, "text"]);
  expect(await copy(`https://${host}/prod/source`)).toEqual([403, "CannotVerifyCopySource"]);
  expect(await copy("https://other.blob.core.windows.net/dev/source")).toEqual([403, "CannotVerifyCopySource"]);
  expect(await copy("https://example.com/dev/source")).toEqual([400, "InvalidHeaderValue"]);
  expect(await copy(`https://${host}/dev/missing`)).toEqual([404, "BlobNotFound"]);
});

it.each([
  ["PUT", "dev/x", { headers: { "x-ms-blob-type": "PageBlob" }, body: "x" }, 400, "InvalidHeaderValue"],
  ["PUT", "dev/x", { headers: { "Content-MD5": "bm90IGl0" }, body: "x" }, 400, "Md5Mismatch"],
  ["PUT", "dev/x?comp=block", { body: "x" }, 400, "InvalidQueryParameterValue"],
  ["PUT", "dev/x?comp=lease", {}, 400, "UnsupportedQueryParameter"],
  ["GET", `dev/${state}?snapshot=2026-01-01T00:00:00.0000000Z`, {}, 400, "UnsupportedQueryParameter"],
  ["PATCH", "dev/x", {}, 405, "UnsupportedHttpVerb"],
  ["GET", "dev?restype=container&comp=acl", {}, 400, "UnsupportedQueryParameter"],
  ["PATCH", "dev?restype=container", {}, 405, "UnsupportedHttpVerb"],
  ["PUT", "dev?restype=container", {}, 409, "ContainerAlreadyExists"],
  ["GET", "dev", {}, 404, "ResourceNotFound"],
  ["PUT", "?comp=properties", {}, 400, "UnsupportedQueryParameter"],
  ["DELETE", "dev/missing", {}, 404, "BlobNotFound"],
  ["PUT", "dev/missing?comp=undelete", {}, 404, "BlobNotFound"],
] as const)("refuses %s %s", async (method, path, sent, status, code) => {
  expect(await blobs(dev, method, path, sent)).toEqual([status, code]);
});

it("an account without public access, and one that does not exist", async () => {
  const { azure } = environment;
  const closed = account.replace("contosostate", "closed");
  await arm(azure, "PUT", closed, version, {
    ...{ location: "westeurope", kind: "StorageV2", sku: { name: "Standard_LRS" } },
    properties: { publicNetworkAccess: "Disabled" },
  });
  const headers = await authorization(azure, dev, "https://storage.azure.com");
  const code = async (name: string) =>
    (await askNamed(azure, `${name}.blob.core.windows.net`, "GET", "/dev/x", { headers })).headers["x-ms-error-code"];
  expect(await code("closed")).toBe("AuthorizationFailure");
  expect(await code("nobody")).toBe("ResourceNotFound");
});

it("containers have names as Azure allows them, and one ETag", async () => {
  const admin = await newUser(environment.azure, account, [ciRoles.blobContributor]);
  expect(await blobs(admin, "PUT", "ab?restype=container")).toEqual([400, "OutOfRangeInput"]);
  expect(await blobs(admin, "PUT", "Upper?restype=container")).toEqual([400, "InvalidResourceName"]);
  const made = await asked(admin, "PUT", "tagged?restype=container");
  expect([made.status, made.headers.etag]).toEqual([201, expect.stringMatching(/^"0x[0-9A-F]{16}"$/)]);
  expect((await asked(admin, "HEAD", "tagged?restype=container")).headers.etag).toBe(made.headers.etag);
  const { text } = await asked(admin, "GET", "?comp=list&prefix=tagged");
  expect(text).toContain(`<Etag>${made.headers.etag?.replaceAll('"', "&quot;")}</Etag>`);
});

it("a list leaves out a blob whose first write was killed", async () => {
  const folder = join(environment.folder, "azure", "blobs");
  const tagged = createHash("sha256").update(container("tagged").toLowerCase()).digest("hex").slice(0, 40);
  mkdirSync(join(folder, tagged, "unfinished"), { recursive: true });
  const admin = await newUser(environment.azure, account, [ciRoles.blobContributor]);
  await blobs(admin, "PUT", "tagged/whole", { body: "x" });
  const { text } = await asked(admin, "GET", "tagged?restype=container&comp=list");
  expect([...text.matchAll(/<Name>([^<]+)</g)].map(([, name]) => name)).toEqual(["whole"]);
});

it("a new account has no blobs of an earlier one with its name", async () => {
  const { azure } = environment;
  const brief = account.replace("contosostate", "briefstate");
  const create = async () => {
    await arm(azure, "PUT", brief, version, {
      ...{ location: "westeurope", kind: "StorageV2", sku: { name: "Standard_LRS" }, properties: {} },
    });
    await arm(azure, "PUT", `${brief}/blobServices/default/containers/dev`, version, {});
    return authorization(azure, await newUser(azure, brief, [ciRoles.blobContributor]), "https://storage.azure.com");
  };
  const ask = async (headers: Record<string, string>, method: string, body?: string) =>
    askNamed(azure, "briefstate.blob.core.windows.net", method, "/dev/x", {
      headers: { ...headers, "x-ms-blob-type": "BlockBlob" },
      ...(body !== undefined && { body }),
    });
  const before = await create();
  expect((await ask(before, "PUT", "old")).status).toBe(201);
  await arm(azure, "DELETE", brief, version);
  expect((await ask(await create(), "GET")).headers["x-ms-error-code"]).toBe("BlobNotFound");
});

it("accepts tokens for storage only, and no key", async () => {
  const authorized = (value: string) => ({ headers: { Authorization: value } });
  const { Authorization: forAzure } = await authorization(environment.azure, dev, environment.azure.endpoint);
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
