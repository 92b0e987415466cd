/** What is attached to an image, in registries with the referrers API and without it. */
import { ImageRepository } from "../../../../ops/attest/imageRepository.ts";
import { digestOf, type OciRegistry, startOciRegistry } from "./ociRegistry.ts";

let registry: OciRegistry;
let repository: ImageRepository;
let image: string;

beforeEach(async () => {
  registry = await startOciRegistry();
  repository = new ImageRepository(registry.host, "team/hello", { username: "ci", password: "right" });
  image = registry.putImage();
});
afterEach(() => registry.stop());

const sbom = { artifactType: "application/vnd.cyclonedx+json", content: Buffer.from('{"bomFormat":"CycloneDX"}') };
const tag = () => image.replace(":", "-");

it("stores a manifest with the image as its subject, which the registry lists", async () => {
  const digest = await repository.attach(image, { ...sbom, annotations: { "dev.tarmac": "1" } });
  const manifest = JSON.parse(registry.manifests.get(digest)?.content.toString() ?? "") as object;
  expect(manifest).toEqual({
    ...{ schemaVersion: 2, mediaType: "application/vnd.oci.image.manifest.v1+json", artifactType: sbom.artifactType },
    config: { mediaType: "application/vnd.oci.empty.v1+json", digest: digestOf("{}"), size: 2 },
    layers: [{ mediaType: sbom.artifactType, digest: digestOf(sbom.content), size: sbom.content.length }],
    subject: {
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      ...{ digest: image, size: registry.manifests.get(image)?.content.length },
    },
    annotations: { "dev.tarmac": "1" },
  });
  expect(await repository.referrers(image)).toEqual([
    expect.objectContaining({ digest, artifactType: sbom.artifactType, annotations: { "dev.tarmac": "1" } }),
  ]);
  expect(registry.manifests.has(tag())).toBe(false);
  expect(await repository.contentOf(digest)).toEqual(sbom.content);
});

it("lists it under a tag of the digest too if the registry lacks the API, once each", async () => {
  registry.referrersApi = false;
  const first = await repository.attach(image, sbom);
  const second = await repository.attach(image, {
    artifactType: "application/vnd.in-toto+json",
    content: Buffer.from("{}"),
  });
  await repository.attach(image, sbom);
  const index = JSON.parse(registry.manifests.get(tag())?.content.toString() ?? "") as {
    manifests: { digest: string }[];
  };
  expect(index).toMatchObject({ schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json" });
  expect(index.manifests.map(({ digest }) => digest)).toEqual([first, second]);
  expect((await repository.referrers(image)).map(({ digest }) => digest)).toEqual([first, second]);
});

it("does not resend what the registry has", async () => {
  await repository.attach(image, sbom);
  registry.requests.splice(0);
  await repository.attach(image, sbom);
  expect(registry.requests.filter((line) => line.includes("uploads"))).toEqual([]);
});

it("needs the image, and a user with push permission", async () => {
  await expect(repository.attach(digestOf("nothing"), sbom)).rejects.toThrow(
    /cannot read manifests\/sha256:.*HTTP 404/,
  );
  const stranger = new ImageRepository(registry.host, "team/hello");
  await expect(stranger.attach(image, sbom)).rejects.toThrow(/HTTP 401.*needs AcrPull/);
  registry.answer = ({ method }, response) => {
    if (method !== "POST") return false;
    response.writeHead(403).end("DENIED");
    return true;
  };
  await expect(repository.attach(image, sbom)).rejects.toThrow(
    `${registry.host}/team/hello: cannot push : HTTP 403 DENIED: the signed-in identity needs AcrPush`,
  );
});

it.each([
  ["an upload that the registry does not keep", "PUT", /\/blobs\//, 500],
  ["a manifest that the registry refuses", "PUT", /\/manifests\//, 400],
])("explains %s", async (_, refused, path, status) => {
  registry.answer = ({ method, url = "" }, response) => {
    if (method !== refused || !path.test(url)) return false;
    response.writeHead(status).end("why");
    return true;
  };
  await expect(repository.attach(image, sbom)).rejects.toThrow(`HTTP ${status} why`);
});

it("sends its password to no other host", async () => {
  registry.answer = ({ method }, response) => {
    if (method !== "POST") return false;
    response.writeHead(202, { Location: "https://elsewhere.example/upload" }).end();
    return true;
  };
  await expect(repository.attach(image, sbom)).rejects.toThrow(
    "leads to https://elsewhere.example, which gets no token",
  );
});

it("rejects content that differs from its digest", async () => {
  const digest = await repository.attach(image, sbom);
  registry.blobs.set(digestOf(sbom.content), Buffer.from("other"));
  await expect(repository.contentOf(digest)).rejects.toThrow("does not match its digest");
  await expect(repository.contentOf(image)).rejects.toThrow("holds nothing");
});
