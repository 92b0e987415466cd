/** Which images a deployment verifies, and where they are. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { imagesToVerify, trustedSignersIn } from "../../../../ops/attest/imagesToVerify.ts";

const folder = mkdtempSync(join(tmpdir(), "tarmac-images-"));
const file = join(folder, "Pulumi.staging.yaml");
afterAll(() => rmSync(folder, { recursive: true }));

const digest = `sha256:${"a".repeat(64)}`;
const image = `staging.azurecr.io/team/hello:1@${digest}`;
const id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/staging";
const state = {
  deployment: {
    resources: [{ urn: "u", type: "tarmac:azure:Registry", outputs: { loginServer: "staging.azurecr.io", id } }],
  },
};
const access = { stack: "staging", file, cli: { run: () => Promise.resolve(JSON.stringify(state)) } };
const write = (config: string) => writeFileSync(file, `config:\n${config}`);

it("are those of this deployment, in the registry that they are imported from", async () => {
  write("  tarmac:imageFrom: dev\n");
  const changes = { "tarmac:image": image.replace("staging", "dev"), "tarmac:importFrom": `${id}-of-dev` };
  expect(await imagesToVerify(access, changes)).toEqual([
    { image: image.replace("staging", "dev"), registryId: `${id}-of-dev` },
  ]);
});

it("are those of the file or of a rollback, each once, in the stack's own registry or in one outside Azure", async () => {
  write(`  tarmac:images: { a: "${image}", b: "${image}", c: "ghcr.io/team/other:1@${digest}" }\n`);
  expect(await imagesToVerify(access, {})).toEqual([
    { image, registryId: id },
    { image: `ghcr.io/team/other:1@${digest}`, registryId: undefined },
  ]);
});

it("are verified only if there are trusted signers, also with the settings of an older commit", () => {
  write("  tarmac:image: x\n");
  expect(trustedSignersIn(file)).toEqual([]);
  write("  tarmac:trustedSigners: [keys/a.pem]\n  tarmac:removedSince: true\n");
  expect(trustedSignersIn(file)).toEqual(["keys/a.pem"]);
  write(`  tarmac:trustedSigners: '["keys/b.pem"]'\n`);
  expect(trustedSignersIn(file)).toEqual(["keys/b.pem"]);
});
