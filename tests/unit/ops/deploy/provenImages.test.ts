import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keptImages, keptText } from "../../../../ops/deploy/keptImages.ts";
import { proofIn, proofLine, provenImages } from "../../../../ops/deploy/provenImages.ts";
import { PulumiFailed } from "../../../../ops/pulumi/pulumiCli.ts";

const image = (name: string) => `dev.azurecr.io/${name}:1@sha256:${"a".repeat(64)}`;
const registry =
  "/subscriptions/0f8fad5b-d9cb-469f-a165-70867728950e/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/dev";
const commit = "1".repeat(40);

const deployment = (name: string) => ({
  ...{ urn: `urn:${name}`, type: "kubernetes:apps/v1:Deployment" },
  inputs: {
    metadata: { name, namespace: "shop" },
    spec: { template: { spec: { containers: [{ image: image(name) }] } } },
  },
});
const ownRegistry = {
  urn: "urn:r",
  type: "tarmac:azure:Registry",
  outputs: { id: registry, loginServer: "dev.azurecr.io" },
};

const backend = (resources: object[], tags: Record<string, string> = {}) => ({
  run: ([, command]: readonly string[]) =>
    Promise.resolve(JSON.stringify(command === "export" ? { deployment: { resources } } : tags)),
});

describe("what a stack has proved", () => {
  it("is the last good image of each service, with its registry and the commit", async () => {
    const tags = { "tarmac:good:web": `${image("web")} ${commit}`, "tarmac:good:api": `${image("api")} ${commit}` };
    const cli = backend([ownRegistry, deployment("web"), deployment("api")], tags);
    const proven = await provenImages(cli, "dev");
    expect(proven).toEqual({ stack: "dev", images: { web: image("web"), api: image("api") }, registry, commit });
    expect(proofIn(proofLine(proven), "dev")).toEqual(proven);
  });

  it("has neither registry nor commit if those are unknown", async () => {
    const tags = { "tarmac:good:web": image("web") };
    const elsewhere = { ...ownRegistry, outputs: { id: registry, loginServer: "other.azurecr.io" } };
    const proven = await provenImages(backend([elsewhere, deployment("web")], tags), "dev");
    expect(proven).toEqual({ stack: "dev", images: { web: image("web") } });
    expect(proofIn(proofLine(proven), "dev")).toEqual(proven);
  });

  it("is nothing before every service has passed", async () => {
    await expect(provenImages(backend([]), "dev")).rejects.toThrow(
      'imageFrom: no image of "service" has passed in "dev" yet: deploy that first: npx tarmac deploy dev',
    );
    await expect(provenImages(backend([deployment("web")]), "dev")).rejects.toThrow('no image of "web"');
  });
});

test.each([
  ["text that is not JSON", "{", '"{" is not JSON'],
  ["another stack's", '{"stack":"staging"}', 'it is of "staging", and imageFrom names "dev"'],
  ["nothing", "null", 'it is of "undefined"'],
  ["no image", '{"stack":"dev"}', "it names no image"],
  [
    "an image without a digest",
    '{"stack":"dev","images":{"web":"a.azurecr.io/web:1"}}',
    "does not have both a tag and a digest",
  ],
  [
    "an invalid registry",
    JSON.stringify({ stack: "dev", images: { web: image("web") }, registry: "x" }),
    '"x" is not the resource id of a registry',
  ],
])("a job cannot pass on %s", (_, text, words) => {
  expect(() => proofIn(text, "dev")).toThrow(words);
});

describe("reading a stack whose image follows from another stack", () => {
  const folder = mkdtempSync(join(tmpdir(), "tarmac-kept-"));
  const file = join(folder, "Pulumi.staging.yaml");
  afterAll(() => rmSync(folder, { recursive: true }));
  const kept = (yaml: string, cli = backend([deployment("web")])) => {
    writeFileSync(file, yaml);
    return keptImages(cli, folder, "staging");
  };

  it("uses the running image", async () => {
    writeFileSync(join(folder, "Pulumi.yaml"), "name: shop\n");
    const found = await kept("config: { shop:imageFrom: dev }");
    expect(found).toEqual({ imageFrom: "dev", changes: { "shop:image": image("web") } });
    expect(keptText(found!)).toBe(
      "The image follows from dev: the deployment takes the one that passes there. This preview has the image that runs now.",
    );
  });

  it("has no image before the first deployment, or if the stack cannot be read", async () => {
    const none = { imageFrom: "dev", changes: {} };
    expect(await kept("config: { shop:imageFrom: dev }", backend([]))).toEqual(none);
    const failing = { run: () => Promise.reject(new PulumiFailed("no stack named 'staging' found")) };
    expect(await kept("config: { shop:imageFrom: dev }", failing)).toEqual(none);
    expect(keptText(none)).toMatch(/This preview does not know it yet\.$/);
  });

  it("changes nothing if the stack builds or names its image", async () => {
    expect(await kept("config: {}")).toBeUndefined();
    expect(await kept(`config: { shop:imageFrom: dev, shop:image: "${image("web")}" }`)).toBeUndefined();
    expect(await keptImages(backend([]), folder, "nowhere")).toBeUndefined();
  });
});
