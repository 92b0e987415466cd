/**
 * Whose signatures count: keys, in a vault or in a file, and GitHub workflows that sign without a key. Sigstore's own library
 * verifies: https://github.com/sigstore/sigstore-js/tree/main/packages/verify
 */
import { createPublicKey, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Bundle } from "@sigstore/bundle";
import { toSignedEntity, toTrustMaterial, type TrustMaterial, Verifier } from "@sigstore/verify";
import { isKeyId, isWorkflow } from "@tarmac/settings/attestationSettings";
import type { Azure } from "../azure/signIn.ts";
import { CouldNotRun } from "../couldNotRun.ts";
import { publicKeys } from "./keyVaultKey.ts";

export interface TrustedSigner {
  /** As the setting names it. */
  name: string;
  /** @throws Error saying why the signature does not count */
  verify(bundle: Bundle): void;
}

export interface TrustSources {
  /** Folder of the project, which files of keys are relative to. */
  folder: string;
  /** Signs in, for keys in vaults. */
  azure: () => Promise<Azure>;
  /** Certificates and logs of public Sigstore. Default: asked for by TUF. */
  sigstoreRoot?: () => Promise<TrustMaterial>;
}

const issuer = "https://token.actions.githubusercontent.com";

/** @param entries the setting @throws CouldNotRun for a key that cannot be read */
export async function trustedSigners(entries: readonly string[], sources: TrustSources): Promise<TrustedSigner[]> {
  const signers: TrustedSigner[] = [];
  for (const name of entries)
    if (isWorkflow(name)) signers.push(workflowSigner(name, await (sources.sigstoreRoot ?? publicRoot)()));
    else
      for (const key of isKeyId(name)
        ? await publicKeys(name, (await sources.azure()).credential)
        : [createPublicKey(readFileSync(resolve(sources.folder, name)))])
        signers.push(keySigner(name, key));
  return signers;
}

/** A signature by a key needs no log: whoever trusts the key decides how long it counts. */
const keySigner = (name: string, key: KeyObject): TrustedSigner => ({
  name,
  verify(bundle) {
    if (!toSignedEntity(bundle).signature.verifySignature(key)) throw new Error("it is signed by somebody else");
  },
});

/** The certificate must name exactly this workflow, and the log must have the signature. */
function workflowSigner(name: string, root: TrustMaterial): TrustedSigner {
  const verifier = new Verifier(root);
  const subjectAlternativeName = `^${name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}$`;
  return {
    name,
    verify: (bundle) =>
      void verifier.verify(toSignedEntity(bundle), { subjectAlternativeName, extensions: { issuer } }),
  };
}

async function publicRoot(): Promise<TrustMaterial> {
  const { getTrustedRoot } = await import("@sigstore/tuf");
  try {
    return toTrustMaterial(await getTrustedRoot());
  } catch (cause) {
    throw new CouldNotRun(
      `trustedSigners: Sigstore's certificates cannot be read (https://tuf-repo-cdn.sigstore.dev): ${(cause as Error).message}`,
      { cause },
    );
  }
}
