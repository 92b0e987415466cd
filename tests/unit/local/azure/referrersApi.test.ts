/** What ACR has of OCI 1.1 in front of a docker-registry that has not: the list of referrers, and the header of a push. */
import { imageOf, storeManifest } from "./storedImages.ts";
import {
  armToken,
  type BackendHandler,
  clients,
  type Environment,
  newRegistry,
  startEnvironment,
  type TestRegistry,
} from "./testAzure.ts";

let environment: Environment;
let registry: TestRegistry;
const repository = "shop/web";

const accepts: BackendHandler = (request, response) => {
  request.resume().on("end", () => response.writeHead(request.url?.includes("refused") === true ? 400 : 201).end());
};

beforeAll(async () => {
  environment = await startEnvironment(accepts);
  const azure = clients(environment.azure);
  await azure.resources.resourceGroups.createOrUpdate("rg", { location: "swedencentral" });
  registry = await newRegistry(azure, "pictures", "LegacyRegistryPermissions");
});
afterAll(() => environment.stop());

const store = (content: object) =>
  storeManifest(content, { folder: environment.folder, registry: registry.name, repository });

async function token(scope = `repository:${repository}:pull`): Promise<string> {
  const { loginServer } = registry;
  const ask = async (path: string, form: Record<string, string>) =>
    (await (
      await fetch(`https://${loginServer}${path}`, { method: "POST", body: new URLSearchParams(form) })
    ).json()) as Record<string, string>;
  const access = await armToken(environment.azure);
  const { refresh_token = "" } = await ask("/oauth2/exchange", {
    ...{ grant_type: "access_token", service: loginServer, access_token: access },
  });
  const { access_token = "" } = await ask("/oauth2/token", {
    ...{ grant_type: "refresh_token", service: loginServer, scope, refresh_token },
  });
  return access_token;
}

const list = async (of: string, authorization = true) =>
  fetch(`https://${registry.loginServer}/v2/${repository}/referrers/${of}`, {
    headers: authorization ? { Authorization: `Bearer ${await token()}` } : {},
  });

it("lists what refers to a manifest, by type on request, and nothing for others", async () => {
  const image = store(imageOf("hello", { base: 45 }));
  const subject = { subject: { digest: image } };
  const sbom = store({ ...imageOf("sbom", {}), artifactType: "application/vnd.cyclonedx+json", ...subject });
  const old = store({
    ...{ mediaType: "application/vnd.oci.image.manifest.v1+json", layers: [], annotations: { a: "b" } },
    ...{ config: { mediaType: "application/vnd.cncf.notary.signature", size: 2 }, ...subject },
  });
  const answer = await list(image);
  expect(answer.headers.get("content-type")).toBe("application/vnd.oci.image.index.v1+json");
  const { manifests } = (await answer.json()) as { manifests: { digest: string; artifactType: string }[] };
  expect(manifests.toSorted((one, other) => (one.artifactType < other.artifactType ? -1 : 1))).toEqual([
    expect.objectContaining({
      digest: old,
      artifactType: "application/vnd.cncf.notary.signature",
      annotations: { a: "b" },
    }),
    expect.objectContaining({ digest: sbom, artifactType: "application/vnd.cyclonedx+json" }),
  ]);
  const filtered = await list(`${image}?artifactType=application/vnd.cyclonedx%2Bjson`);
  expect(filtered.headers.get("oci-filters-applied")).toBe("artifactType");
  expect(
    ((await filtered.json()) as { manifests: { digest: string }[] }).manifests.map(({ digest }) => digest),
  ).toEqual([sbom]);
  expect(await (await list(`sha256:${"0".repeat(64)}`)).json()).toMatchObject({ manifests: [] });
});

it("refuses an invalid digest, and a caller that may not pull, with the scope that a token needs", async () => {
  expect((await list("latest")).status).toBe(400);
  const refused = await list(`sha256:${"0".repeat(64)}`, false);
  expect(refused.status).toBe(401);
  expect(refused.headers.get("www-authenticate")).toContain(`scope="repository:${repository}:pull"`);
});

it("confirms the subject of a pushed manifest, unless the push is refused", async () => {
  const push = (reference: string, manifest: object | string) =>
    fetch(`https://${registry.loginServer}/v2/${repository}/manifests/${reference}`, {
      method: "PUT",
      body: typeof manifest === "string" ? manifest : JSON.stringify(manifest),
    });
  const subject = { digest: `sha256:${"a".repeat(64)}` };
  expect((await push("1", { subject })).headers.get("oci-subject")).toBe(subject.digest);
  expect((await push("1", {})).headers.get("oci-subject")).toBeNull();
  expect((await push("1", "no json")).headers.get("oci-subject")).toBeNull();
  expect((await push("refused", { subject })).headers.get("oci-subject")).toBeNull();
});
