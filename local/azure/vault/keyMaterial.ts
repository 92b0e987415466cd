/** The RSA and EC keys behind the simulated vaults' keys, and their operations. */
import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type JsonWebKey,
  privateDecrypt,
  publicEncrypt,
} from "node:crypto";
import { promisify } from "node:util";
import { badParameter } from "./vaultErrors.ts";
import type { ObjectVersion } from "./vaultObjects.ts";

export const keyTypes = ["RSA", "RSA-HSM", "EC", "EC-HSM"] as const;
export const keySizes = [2048, 3072, 4096] as const;
export const keyOperations = ["encrypt", "decrypt", "sign", "verify", "wrapKey", "unwrapKey"] as const;

/** A version of a key. */
export interface KeyVersion extends ObjectVersion {
  kty: string;
  keySize: number;
  keyOps: readonly string[];
  /** The private key, PEM. Absent until it is needed: most keys of tests are never used, and creating an RSA key takes a second. */
  pem?: string;
}

const making = new WeakMap<KeyVersion, Promise<string>>();
const generate = promisify(generateKeyPair);

/** @returns the private key, PEM, which the first call creates */
export async function pemOf(version: KeyVersion): Promise<string> {
  if (version.pem !== undefined) return version.pem;
  let made = making.get(version);
  if (made === undefined) {
    made = make(version);
    making.set(version, made);
  }
  return (version.pem = await made);
}

async function make({ kty, keySize }: KeyVersion): Promise<string> {
  const { privateKey } = kty.startsWith("EC")
    ? await generate("ec", { namedCurve: "P-256" })
    : await generate("rsa", { modulusLength: keySize });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

/** The public half: `n` and `e`, or `crv`, `x` and `y`. */
export async function publicHalf(version: KeyVersion): Promise<JsonWebKey> {
  const { n, e, crv, x, y } = createPublicKey(await pemOf(version)).export({ format: "jwk" });
  return version.kty.startsWith("EC") ? { crv, x, y } : { n, e };
}

/** https://learn.microsoft.com/azure/key-vault/keys/about-keys-details#wrapkeyunwrapkey-encryptdecrypt */
const paddings: Record<string, { padding: number; oaepHash?: string }> = {
  RSA1_5: { padding: constants.RSA_PKCS1_PADDING },
  "RSA-OAEP": { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha1" },
  "RSA-OAEP-256": { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" },
};

/** Encrypts with the public half, or decrypts with the private one. @throws VaultError 400 with the service's message */
export async function transform(
  version: KeyVersion,
  direction: "encrypt" | "decrypt",
  algorithm: string,
  value: Buffer,
): Promise<Buffer> {
  const padding = paddings[algorithm];
  if (padding === undefined || !version.kty.startsWith("RSA"))
    throw badParameter(`Property 'alg' has invalid value: key and signing algorithm are incompatible: ${algorithm}`);
  const pem = await pemOf(version);
  try {
    return direction === "encrypt"
      ? publicEncrypt({ key: createPublicKey(pem), ...padding }, value)
      : privateDecrypt({ key: createPrivateKey(pem), ...padding }, value);
  } catch {
    throw badParameter("The parameter is incorrect.");
  }
}
