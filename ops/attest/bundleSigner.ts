/**
 * Wraps statements in signed Sigstore bundles, the format of cosign 3: https://docs.sigstore.dev/about/bundle/
 */
import { type Bundle, bundleToJSON } from "@sigstore/bundle";
import { type BundleBuilder, CIContextProvider, DSSEBundleBuilder, FulcioSigner, RekorWitness } from "@sigstore/sign";
import { keyless } from "@tarmac/settings/attestationSettings";
import { CouldNotRun } from "../couldNotRun.ts";
import type { Azure } from "../azure/signIn.ts";
import { KeyVaultSigner } from "./keyVaultKey.ts";
import { inTotoType, type Statement } from "./statement.ts";

export const bundleType = "application/vnd.dev.sigstore.bundle.v0.3+json";
/** Predicate of the statement that signs an image itself. */
export const signaturePredicate = "https://sigstore.dev/cosign/sign/v1";
export const predicateAnnotation = "dev.sigstore.bundle.predicateType";

const fulcio = "https://fulcio.sigstore.dev";
const rekor = "https://rekor.sigstore.dev";

/** @returns the bundle, JSON @throws CouldNotRun saying what is missing */
export type SignStatement = (statement: Statement) => Promise<Buffer>;

/**
 * @param signWith the setting
 * @param azure signs in, if the key is in a vault
 * @throws CouldNotRun for keyless signing outside a workflow that may ask for a token
 */
export async function statementSigner(
  signWith: string,
  azure: () => Promise<Azure>,
  env: NodeJS.ProcessEnv = process.env,
): Promise<SignStatement> {
  if (signWith === keyless && env.ACTIONS_ID_TOKEN_REQUEST_URL === undefined)
    throw new CouldNotRun(
      `signWith: "${keyless}" signs with the identity of a GitHub workflow, but this process runs outside one, or the workflow lacks the permission id-token: write. ` +
        `Deploy from the workflow, or sign with a key: pulumi config set signWith https://VAULT.vault.azure.net/keys/NAME`,
    );
  const builder: BundleBuilder =
    signWith === keyless
      ? new DSSEBundleBuilder({
          signer: new FulcioSigner({ fulcioBaseURL: fulcio, identityProvider: new CIContextProvider("sigstore") }),
          // The log's signed time says when the certificate, which is valid for ten minutes, was used.
          witnesses: [new RekorWitness({ rekorBaseURL: rekor, entryType: "dsse" })],
        })
      : new DSSEBundleBuilder({
          signer: new KeyVaultSigner(signWith, (await azure()).credential),
          witnesses: [],
        });
  return async (statement) => {
    try {
      const data = Buffer.from(JSON.stringify(statement));
      const bundle = await builder.create({ data, type: inTotoType });
      return Buffer.from(JSON.stringify(bundleToJSON(withoutKeyId(bundle))));
    } catch (cause) {
      if (cause instanceof CouldNotRun) throw cause;
      throw new CouldNotRun(`cannot sign with "${signWith}": ${(cause as Error).message}`, { cause });
    }
  };
}

/**
 * The library names the key in the envelope, too. cosign takes an id there for one that it computes in another way, and ignores the
 * signature: https://github.com/secure-systems-lab/dsse/blob/master/envelope.md leaves its form open.
 */
export function withoutKeyId(bundle: Bundle): Bundle {
  if (bundle.content.$case === "dsseEnvelope")
    for (const signature of bundle.content.dsseEnvelope.signatures) signature.keyid = "";
  return bundle;
}
