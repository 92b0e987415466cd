/** Accepted and rejected values of the settings of attestations, with the messages. */
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { list, type SettingCases } from "./settingCases.ts";

const folder = mkdtempSync(join(tmpdir(), "tarmac-keys-"));
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const publicFile = file("signing.pem", publicKey.export({ type: "spki", format: "pem" }).toString());
const privateFile = file("private.pem", privateKey.export({ type: "pkcs8", format: "pem" }).toString());
const otherFile = file("other.pem", "hello");

const key = "https://shop.vault.azure.net/keys/signing";
const workflow = "https://github.com/team/shop/.github/workflows/deploy-stack.yml@refs/heads/main";
const signer =
  'is neither "keyless" nor the id of a key, "https://VAULT.vault.azure.net/keys/NAME": az keyvault key show --vault-name VAULT --name NAME --query key.kid -o tsv';
const json = JSON.stringify;

export const attestationCases: SettingCases = {
  accepted: [
    ["attest", "true", true],
    ["signWith", "keyless", "keyless"],
    ["signWith", key, key],
    ["signWith", `${key}/${"0".repeat(32)}`, `${key}/${"0".repeat(32)}`],
    ["trustedSigners", json([key, workflow, publicFile]), [key, workflow, publicFile]],
  ],
  beside: { signWith: { attest: "true" }, trustedSigners: { imageFrom: "dev" } },
  refused: [
    ["attest", "yes", '"yes" is not a boolean: use "true" or "false"'],
    ["signWith", "cosign.key", `"cosign.key" ${signer}`],
    [
      "signWith",
      "https://shop.vault.azure.net/secrets/signing",
      `"https://shop.vault.azure.net/secrets/signing" ${signer}`,
    ],
    ["trustedSigners", key, `"${key}" ${list}`],
    [
      "trustedSigners",
      json(["https://github.com/team/shop", "missing.pem", privateFile, otherFile]),
      '"https://github.com/team/shop" is neither the id of a key, "https://VAULT.vault.azure.net/keys/NAME", nor a workflow, "https://github.com/OWNER/REPOSITORY/.github/workflows/deploy-stack.yml@refs/heads/main"',
      '"missing.pem" is not a file: use the path of a public key, e.g. "keys/signing.pem": az keyvault key download --id https://VAULT.vault.azure.net/keys/NAME --file keys/signing.pem',
      `"${privateFile}" has a private key: store the public key only`,
      `"${otherFile}" has no public key in PEM format ("-----BEGIN PUBLIC KEY-----")`,
    ],
  ],
  together: [
    [
      "a signer of nothing",
      { signWith: "keyless" },
      ["tarmac:signWith: has no effect without attest: set attest to true, or remove this"],
    ],
    [
      "attestations of an image that is built elsewhere",
      { attest: "true", imageFrom: "dev" },
      [
        "tarmac:attest: has no effect in a stack that runs an image from elsewhere: set it in the stack that builds the image, or remove this",
      ],
    ],
    [
      "trusted signers for an image that the stack builds",
      { trustedSigners: json([key]) },
      [
        "tarmac:trustedSigners: has no effect in a stack that builds its image, which nobody can have signed before: set it in the stack whose imageFrom names this one",
      ],
    ],
  ],
};
