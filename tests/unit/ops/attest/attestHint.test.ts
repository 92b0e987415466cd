import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { attestHint } from "../../../../ops/attest/attestHint.ts";

const folder = mkdtempSync(join(tmpdir(), "tarmac-attest-hint-"));
writeFileSync(join(folder, "Pulumi.yaml"), "name: tarmac\nruntime: nodejs\n");
const signing = { attest: true, signWith: "https://shop.vault.azure.net/keys/images" };
for (const [stack, settings] of Object.entries({ signs: signing, unsigned: { attest: true } })) {
  const config = Object.fromEntries(Object.entries(settings).map(([key, value]) => [`tarmac:${key}`, value]));
  writeFileSync(
    join(folder, `Pulumi.${stack}.yaml`),
    JSON.stringify({ config: { "tarmac:location": "swedencentral", ...config } }),
  );
}
afterAll(() => rmSync(folder, { recursive: true }));

it.each([
  [undefined, "Attest the image where it was built: npx tarmac attest STACK (docs/attestations.md)"],
  ["signs", "Attest the image where it was built: npx tarmac attest signs"],
  ["elsewhere", "Attest the image where it was built: npx tarmac attest elsewhere"],
  [
    "unsigned",
    "Pulumi.unsigned.yaml has no signWith, so nothing signs its images: pulumi config set attest true --stack unsigned, " +
      "set signWith to a key or to keyless (docs/attestations.md), and then npx tarmac attest unsigned",
  ],
])("the image comes from %s", (from, hint) => {
  expect(attestHint(folder, from)).toBe(hint);
});
