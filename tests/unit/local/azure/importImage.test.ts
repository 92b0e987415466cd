/** ACR's import of an image from another registry: who may, what is copied, and Azure's refusals. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { importImage } from "../../../../components/registry/importImage.ts";
import { importReferrers } from "../../../../components/registry/importReferrers.ts";
import { newUser, type User } from "./principals.ts";
import { armToken, type Clients, clients, type Environment, roleGuids, startWithGroup } from "./testAzure.ts";

let environment: Environment;
let azure: Clients;
let [source, target] = [
  { id: "", loginServer: "" },
  { id: "", loginServer: "" },
];
let [image, index] = ["", ""];

const importer = "577a9874-89fd-4f24-9dbd-b5034d0ad23a";
const contributor = "b24988ac-6180-42a0-ab88-20f7382dd24c";
const { acrPull, acrPush } = roleGuids;

const filesOf = (registry: string, ...path: string[]) =>
  join(environment.folder, "azure", "registries", registry, "images/docker/registry/v2", ...path);

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** Stores a blob as docker-registry does. @returns its digest */
function blob(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  write(filesOf("source", "blobs", "sha256", hex.slice(0, 2), hex, "data"), text);
  return `sha256:${hex}`;
}

/** Stores a manifest in the repository `team/hello`. @returns its digest */
function manifest(content: object): string {
  const digest = blob(JSON.stringify(content));
  const folder = filesOf("source", "repositories", "team/hello", "_manifests");
  write(join(folder, "revisions", "sha256", digest.slice(7), "link"), digest);
  return digest;
}

beforeAll(async () => {
  ({ environment, azure } = await startWithGroup());
  const create = async (name: string) => {
    const { id = "", loginServer = "" } = await azure.registries.registries.create("rg", name, {
      ...{ location: "swedencentral", sku: { name: "Basic" } },
    });
    return { id, loginServer };
  };
  source = await create("source");
  target = await create("target");
  const [config, layer] = [blob("{}"), blob("a layer")];
  image = manifest({ config: { digest: config }, layers: [{ digest: layer }] });
  index = manifest({ manifests: [{ digest: image }] });
  const tag = filesOf("source", "repositories", "team/hello", "_manifests", "tags", "1", "current", "link");
  write(tag, index);
});
afterAll(() => environment.stop());

const storedIn = (registry: string, digest: string) =>
  existsSync(
    filesOf(registry, "repositories", "team/hello", "_manifests", "revisions", "sha256", digest.slice(7), "link"),
  );

const parameters = (sourceImage: string, more: object = {}) => ({
  ...{ source: { resourceId: source.id, sourceImage }, targetTags: ["team/hello:1"], mode: "Force", ...more },
});
const asDeployer = (...args: Parameters<typeof parameters>) =>
  azure.registries.registries.beginImportImageAndWait("rg", "target", parameters(...args));

test("an image of several platforms is copied with everything that it refers to, by Microsoft's client", async () => {
  await asDeployer(`team/hello@${index}`);
  const repository = filesOf("target", "repositories", "team/hello");
  const tag = join(repository, "_manifests", "tags", "1", "current", "link");
  expect(readFileSync(tag, "utf8")).toBe(index);
  for (const digest of [image, index])
    expect(existsSync(join(repository, "_manifests", "revisions", "sha256", digest.slice(7), "link"))).toBe(true);
  for (const text of ["{}", "a layer"]) {
    const hex = createHash("sha256").update(text).digest("hex");
    expect(readFileSync(filesOf("target", "blobs", "sha256", hex.slice(0, 2), hex, "data"), "utf8")).toBe(text);
    expect(existsSync(join(repository, "_layers", "sha256", hex, "link"))).toBe(true);
  }
});

test("an image is named by its tag as well, and keeps its name if no other is given", async () => {
  await asDeployer("team/hello:1", { targetTags: ["other/hello:2"] });
  expect(existsSync(filesOf("target", "repositories", "other/hello", "_manifests", "tags", "2"))).toBe(true);
  await asDeployer("team/hello:1", { targetTags: ["my.team/hello:1"] });
  expect(existsSync(filesOf("target", "repositories", "my.team", "hello", "_manifests", "tags", "1"))).toBe(true);
  const own = filesOf("target", "repositories", "team/hello");
  rmSync(own, { recursive: true });
  await asDeployer("team/hello:1", { targetTags: [] });
  expect(readFileSync(join(own, "_manifests", "tags", "1", "current", "link"), "utf8")).toBe(index);
});

test.each([
  ["source.sourceImage", "../../team/hello:1", {}],
  ["source.sourceImage", "team/hello:", {}],
  ["source.sourceImage", "team/hello@sha256:abc", {}],
  ["targetTags", "../../../../../tmp/x:1", { targetTags: ["../../../../../tmp/x:1"] }],
  ["targetTags", "registry.example:5000/hello:1", { targetTags: ["registry.example:5000/hello:1"] }],
])("a value of %s that names no image is refused at once: %s", async (property, value, more) => {
  await expect(asDeployer(property === "targetTags" ? "team/hello:1" : value, more)).rejects.toMatchObject({
    ...{ statusCode: 400, code: "BadRequest" },
    message: `The property '${property}' has the value '${value}', which is not REPOSITORY[:TAG][@DIGEST].`,
  });
});

test("an existing tag is overwritten only with force", async () => {
  await asDeployer("team/hello:1");
  await expect(asDeployer("team/hello:1", { mode: "NoForce" })).rejects.toThrow(
    "Tag team/hello:1 already exists in target registry.",
  );
});

test.each([
  ["an image that does not exist", "team/hello@sha256:" + "0".repeat(64), /MANIFEST_UNKNOWN/],
  ["a repository that does not exist", "team/nothing:1", /MANIFEST_UNKNOWN/],
])("%s is refused", async (_, name, words) => {
  await expect(asDeployer(name)).rejects.toThrow(words);
});

test("a request without a source is refused at once", async () => {
  const refused = (body: object) =>
    azure.registries.registries.beginImportImageAndWait("rg", "target", body as ReturnType<typeof parameters>);
  await expect(refused({ source: {} })).rejects.toThrow("'source.sourceImage' is missing");
  await expect(refused({ source: { sourceImage: "a:1" } })).rejects.toThrow("'source.resourceId' is missing");
});

describe("access", () => {
  /** An import with the components' own client, by a principal with these roles on the two registries. */
  async function attempt(onSource: string[], onTarget: string[]): Promise<string> {
    const user = await newUser(environment.azure, source.id, onSource);
    for (const role of onTarget)
      await azure.authorization.roleAssignments.create(target.id, crypto.randomUUID(), {
        ...{ principalId: user.objectId, principalType: "ServicePrincipal" },
        roleDefinitionId: `/subscriptions/${environment.azure.deployer.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${role}`,
      });
    const token = await armToken(environment.azure, user);
    const request = { endpoint: environment.azure.endpoint, token, registryId: target.id, sourceId: source.id };
    return importImage(
      { ...request, image: `${source.loginServer}/team/hello:1@${index}` },
      { pauseMilliseconds: 10 },
    ).then(
      () => "imported",
      (error: Error) => error.message,
    );
  }

  it("needs the importer's role on both registries", async () => {
    expect(await attempt([importer], [importer])).toBe("imported");
    expect(await attempt([contributor], [contributor])).toBe("imported");
  });

  it("is refused to a principal that may only push", async () => {
    expect(await attempt([importer], [acrPush])).toMatch(/AuthorizationFailed.*registries\/importImage\/action/s);
  });

  it("is refused to a principal that may not read the source, and Azure says so", async () => {
    const words = `LinkedAuthorizationFailed: The client '.*' has permission to perform action 'Microsoft.ContainerRegistry/registries/importImage/action' on scope '${target.id}'; however, it does not have permission to perform action 'read' on the linked scope\\(s\\) '${source.id}'`;
    expect(await attempt([], [importer])).toMatch(new RegExp(words));
    // The right to pull does not include the right to read the registry.
    const refused = await attempt([acrPull], [importer]);
    expect(refused).toMatch(new RegExp(words));
    expect(refused).toContain(
      `The deploying identity needs the role Container Registry Data Importer and Data Reader on ${source.id}`,
    );
  });
});

test("what refers to an image stays behind, and is imported on its own, without a tag", async () => {
  const signature = manifest({ config: { digest: blob("{}") }, layers: [], subject: { digest: image } });
  await asDeployer(`team/hello@${image}`);
  expect(storedIn("target", signature)).toBe(false);
  await asDeployer(`team/hello@${signature}`, { targetTags: [], untaggedTargetRepositories: ["team/hello"] });
  expect(storedIn("target", signature)).toBe(true);
});

describe("an artifact that refers to an image", () => {
  const refers = (to: string, name: string) =>
    manifest({ config: { digest: blob("{}") }, layers: [], annotations: { name }, subject: { digest: to } });
  const bring = async (user: User, from = source) =>
    importReferrers(
      {
        ...{ endpoint: environment.azure.endpoint, token: await armToken(environment.azure, user) },
        ...{ registryId: target.id, sourceId: from.id, loginServer: target.loginServer },
        image: `${source.loginServer}/team/hello:1@${image}`,
        registryToken: (
          await clients(environment.azure, user).credential.getToken("https://containerregistry.azure.net/.default")
        ).token,
      },
      { pauseMilliseconds: 10 },
    );
  const deployer = async (onSource: string[]) => {
    const user = await newUser(environment.azure, source.id, onSource);
    await azure.authorization.roleAssignments.create(target.id, crypto.randomUUID(), {
      ...{ principalId: user.objectId, principalType: "ServicePrincipal" },
      roleDefinitionId: `/subscriptions/${environment.azure.deployer.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${contributor}`,
    });
    return user;
  };

  test("is copied along with the artifacts that refer to it, once, with the role that an import needs", async () => {
    await asDeployer(`team/hello@${image}`);
    const sbom = refers(image, "sbom");
    const signature = refers(sbom, "signature of the sbom");
    const user = await deployer([importer]);
    const imported = await bring(user);
    expect(imported).toEqual(expect.arrayContaining([sbom, signature]));
    expect([sbom, signature].map((digest) => storedIn("target", digest))).toEqual([true, true]);
    expect(await bring(user)).toEqual([]);
  });

  test("is not copied if the identity may read nothing, or if Azure names another registry", async () => {
    const tasksContributor = "fb382eab-e894-4461-af04-94435c366c3f";
    await expect(bring(await deployer([tasksContributor]))).rejects.toThrow(
      `${source.loginServer} lets the deploying identity read nothing (HTTP 401)`,
    );
    const user = await deployer([importer]);
    await expect(bring(user, target)).rejects.toThrow(`Azure names "${target.loginServer}" for ${target.id}`);
    await expect(bring(user, { ...source, id: `${source.id}x` })).rejects.toThrow(/Azure names "HTTP 40\d"/);
  });
});
