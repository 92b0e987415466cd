/** Settings of attestations: what proves where an image comes from, who signs it, and whose signature counts. */
import { createPublicKey } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { flag, list, optionalText } from "@tarmac/validate/settingDeclaration";
import { allowing, eachProblem } from "@tarmac/validate/valueCheck";
import type { FindingOf } from "./allowedValues.ts";
import type { imageSettings } from "./imageSettings.ts";
import type { ValuesOf } from "./readDeclared.ts";

/** Signs with the identity of the GitHub workflow, without a key: https://docs.sigstore.dev/cosign/signing/overview/ */
export const keyless = "keyless";

/** https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates#vault-name-and-object-name */
const keyIdPattern =
  /^https:\/\/([a-z][a-z0-9-]{1,22}[a-z0-9])(\.vault\.(?:azure\.net|azure\.cn|usgovcloudapi\.net))\/keys\/([A-Za-z0-9-]{1,127})(?:\/([0-9a-f]{32}))?$/;

/** The certificate of a keyless signature names the file that has the job, at its branch or tag. */
const workflowPattern =
  /^https:\/\/github\.com\/[\w.-]+\/[\w.-]+\/\.github\/workflows\/[\w.-]+\.ya?ml@refs\/(?:heads|tags)\/\S+$/;

/** The parts of a key's id. @param id that `keyIdProblem` has nothing against */
export function keyIdOf(id: string): { vault: string; name: string; version?: string } {
  const [, vault = "", suffix = "", name = "", version] = keyIdPattern.exec(id) ?? [];
  return { vault: `https://${vault}${suffix}`, name, ...(version !== undefined && { version }) };
}

export const isKeyId = (text: string): boolean => keyIdPattern.test(text);
export const isWorkflow = (text: string): boolean => workflowPattern.test(text);

const keyForm = "https://VAULT.vault.azure.net/keys/NAME";

const signerProblem = (text: string): string | undefined =>
  text === keyless || isKeyId(text)
    ? undefined
    : `"${text}" is neither "${keyless}" nor the id of a key, "${keyForm}": az keyvault key show --vault-name VAULT --name NAME --query key.kid -o tsv`;

/** Returns the problem with somebody to trust, or `undefined`. Files are relative to the current folder. */
export function trustedSignerProblem(text: string): string | undefined {
  if (isKeyId(text) || isWorkflow(text)) return undefined;
  if (text.startsWith("https://"))
    return `"${text}" is neither the id of a key, "${keyForm}", nor a workflow, "https://github.com/OWNER/REPOSITORY/.github/workflows/deploy-stack.yml@refs/heads/main"`;
  if (!existsSync(text) || !statSync(text).isFile())
    return `"${text}" is not a file: use the path of a public key, e.g. "keys/signing.pem": az keyvault key download --id ${keyForm} --file keys/signing.pem`;
  try {
    const key = readFileSync(text, "utf8");
    if (key.includes("PRIVATE KEY")) return `"${text}" has a private key: store the public key only`;
    createPublicKey(key);
    return undefined;
  } catch {
    return `"${text}" has no public key in PEM format ("-----BEGIN PUBLIC KEY-----")`;
  }
}

export const attestationSettings = {
  attest: flag({
    default: false,
    description:
      "`tarmac deploy` attaches an SBOM and provenance to the image that it has built; needs syft (docs/attestations.md).",
  }),
  signWith: optionalText({
    description:
      "Who signs the image and what attest attaches: a key of an Azure Key Vault, or the GitHub workflow. Default: nobody.",
    problem: allowing("id of a key, `https://VAULT.vault.azure.net/keys/NAME`, or `keyless`", signerProblem),
  }),
  trustedSigners: list({
    default: [],
    description:
      "`tarmac deploy` runs only images whose SBOM, provenance and signature are by one of these. Default: it verifies nothing.",
    problem: allowing(
      "ids of keys, files with a public key, or workflows (docs/attestations.md)",
      (signers: readonly string[]) => eachProblem(signers, trustedSignerProblem),
    ),
  }),
};

/** The values of these settings and of those that the checks need. */
type Settings = ValuesOf<typeof attestationSettings & typeof imageSettings>;

export function attestationProblems(s: Settings): FindingOf<Settings>[] {
  const builds = s.imageFrom === undefined && s.image === undefined && Object.keys(s.images).length === 0;
  return [
    [
      "attest",
      s.attest && !builds
        ? "has no effect in a stack that runs an image from elsewhere: set it in the stack that builds the image, or remove this"
        : undefined,
    ],
    [
      "signWith",
      s.signWith !== undefined && !s.attest
        ? "has no effect without attest: set attest to true, or remove this"
        : undefined,
    ],
    [
      "trustedSigners",
      s.trustedSigners.length > 0 && builds
        ? "has no effect in a stack that builds its image, which nobody can have signed before: set it in the stack whose imageFrom names this one"
        : undefined,
    ],
  ];
}
