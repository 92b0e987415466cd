/** What a stack attaches to the images that it has built, in a registry outside Azure. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AttestOptions, attestStack } from "../../../../ops/attest/attestStack.ts";
import { type OciRegistry, startOciRegistry } from "./ociRegistry.ts";

const folder = mkdtempSync(join(tmpdir(), "tarmac-attest-"));
const commit = "c".repeat(40);
let registry: OciRegistry;
let image: string;
const said: string[] = [];

beforeAll(() => {
  mkdirSync(join(folder, "bin"));
  writeFileSync(
    join(folder, "bin", "syft"),
    `#!/bin/sh\necho '{"bomFormat":"CycloneDX","components":[{"name":"node"}]}'\n`,
    { mode: 0o755 },
  );
  mkdirSync(join(folder, "app"));
  writeFileSync(join(folder, "app", "Dockerfile"), "ARG NODE_IMAGE=node:24\nFROM ${NODE_IMAGE}\n");
  execFileSync("git", ["init", "--quiet"], { cwd: folder });
  execFileSync("git", ["remote", "add", "origin", "git@github.com:team/shop.git"], { cwd: folder });
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(async () => {
  registry = await startOciRegistry();
  image = registry.putImage();
  said.splice(0);
  writeFileSync(
    join(folder, "Pulumi.dev.yaml"),
    `config:\n  tarmac:registryServer: ${registry.host}\n  tarmac:registryUsername: ci\n`,
  );
});
afterEach(() => registry.stop());

const build = {
  ...{ context: "app", dockerfile: "app/Dockerfile", target: "", platform: "linux/amd64" },
  ...{ args: { VERSION: "1", NODE_IMAGE: `node:24.21.0@sha256:${"b".repeat(64)}` }, buildWith: "docker" },
};

function optionsFor(resources: object[], more: Partial<AttestOptions> = {}): AttestOptions {
  return {
    ...{ stack: "dev", file: join(folder, "Pulumi.dev.yaml"), folder, commit, workflow: {} },
    say: (line) => void said.push(line),
    env: { PATH: `${join(folder, "bin")}:/usr/bin:/bin` },
    cli: {
      run: (args) => Promise.resolve(args[0] === "config" ? "right\n" : JSON.stringify({ deployment: { resources } })),
    },
    ...more,
  };
}
const built = (more: object = {}) => ({
  ...{ urn: "u", type: "tarmac:docker:AppImage" },
  outputs: { reference: `${registry.host}/team/hello:1@${image}`, build, ...more },
});

const contents = () =>
  Object.fromEntries(
    [...registry.manifests.values()].flatMap(({ content }) => {
      const { artifactType, layers } = JSON.parse(content.toString()) as {
        artifactType?: string;
        layers: { digest: string }[];
      };
      return artifactType === undefined
        ? []
        : [[artifactType, JSON.parse(registry.blobs.get(layers[0]?.digest ?? "")?.toString() ?? "") as unknown]];
    }),
  );

it("attests the digest with an SBOM and a provenance statement", async () => {
  const [attested] = await attestStack(optionsFor([built(), { urn: "v", type: "other" }]));
  expect(attested).toMatchObject({ image: `${registry.host}/team/hello@${image}`, kept: [] });
  expect(Object.keys(attested?.attached ?? {})).toEqual(["SBOM", "provenance"]);
  const found = contents();
  expect(found["application/vnd.cyclonedx+json"]).toEqual({ bomFormat: "CycloneDX", components: [{ name: "node" }] });
  expect(found["application/vnd.in-toto+json"]).toMatchObject({
    _type: "https://in-toto.io/Statement/v1",
    subject: [{ name: `${registry.host}/team/hello`, digest: { sha256: image.slice(7) } }],
    predicateType: "https://slsa.dev/provenance/v1",
    predicate: {
      buildDefinition: {
        externalParameters: {
          ...{ repository: "https://github.com/team/shop", commit, context: "app", dockerfile: "app/Dockerfile" },
          buildArgs: ["NODE_IMAGE", "VERSION"],
        },
        resolvedDependencies: [
          { uri: `git+https://github.com/team/shop@${commit}` },
          { uri: "oci://docker.io/library/node:24.21.0", digest: { sha256: "b".repeat(64) } },
        ],
      },
    },
  });
  expect(JSON.stringify(found)).not.toContain(folder);
});

it("attests an image once, and again only on request", async () => {
  await attestStack(optionsFor([built()]));
  expect(await attestStack(optionsFor([built()]))).toEqual([
    { image: `${registry.host}/team/hello@${image}`, attached: {}, kept: ["SBOM", "provenance"] },
  ]);
  expect(said.at(-1)).toMatch(/already has: SBOM, provenance$/);
  const [again] = await attestStack(optionsFor([built()], { again: true }));
  expect(Object.keys(again?.attached ?? {})).toEqual(["SBOM", "provenance"]);
});

it("returns no attestations if the stack built no image", async () => {
  expect(await attestStack(optionsFor([]))).toEqual([]);
  expect(await attestStack(optionsFor([{ ...built(), delete: true }]))).toEqual([]);
});

it("is refused without a digest, and in another checkout", async () => {
  const tagOnly = built({ reference: `${registry.host}/team/hello:1` });
  await expect(attestStack(optionsFor([tagOnly]))).rejects.toThrow("has no digest, so nothing can be attached to it");
  const elsewhere = built({ build: { ...build, dockerfile: "other/Dockerfile" } });
  await expect(attestStack(optionsFor([elsewhere]))).rejects.toThrow(
    'the Dockerfile "other/Dockerfile" of the deployed image is not in this checkout',
  );
});

it("names the repository of the workflow", async () => {
  await attestStack(optionsFor([built()], { workflow: { repository: "team/site", url: "https://run" } }));
  expect(JSON.stringify(contents())).toContain('"repository":"https://github.com/team/site"');
});
