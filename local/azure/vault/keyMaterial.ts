/** The RSA and EC keys behind the simulated vaults' keys, and their operations. */
import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type JsonWebKey,
  privateDecrypt,
  privateEncrypt,
  publicDecrypt,
  publicEncrypt,
} from "node:crypto";
import { promisify } from "node:util";
import { p256 } from "@noble/curves/nist.js";
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

/** Algorithms that vaults sign with, without RSA-PSS and other curves than P-256, which this simulation does not have. */
const signing: Record<string, { kty: "RSA" | "EC"; bytes: number; prefix: string }> = {
  // The prefixes are the DigestInfo of RFC 8017, 9.2.
  RS256: { kty: "RSA", bytes: 32, prefix: "3031300d060960864801650304020105000420" },
  RS384: { kty: "RSA", bytes: 48, prefix: "3041300d060960864801650304020205000430" },
  RS512: { kty: "RSA", bytes: 64, prefix: "3051300d060960864801650304020305000440" },
  ES256: { kty: "EC", bytes: 32, prefix: "" },
};

/**
 * Checks an algorithm and a digest, with the service's messages.
 * https://github.com/Azure/azure-sdk-for-node/issues/4603, https://github.com/Azure/azure-cli/issues/28027
 */
function signingOf(kid: string, { kty }: KeyVersion, algorithm: string, digest: Buffer) {
  const found = signing[algorithm];
  if (found === undefined) throw badParameter(`Property 'alg' has invalid value: ${algorithm}`);
  if (!kty.startsWith(found.kty))
    throw badParameter(
      `Key and signing algorithm are incompatible. Key ${kid} is of type '${kty}', and algorithm '${algorithm}' can only be used with a key of type '${found.kty}' or '${found.kty}-HSM'.`,
    );
  if (digest.length !== found.bytes)
    throw badParameter(
      `Invalid length of 'value': ${digest.length} bytes. ${algorithm} requires ${found.bytes} bytes, encoded with base64url.`,
    );
  return found;
}

/** Signs a digest, which is not hashed again: Node's own functions for EC keys always hash. @param kid id of the version */
export async function signDigest(kid: string, version: KeyVersion, algorithm: string, digest: Buffer): Promise<Buffer> {
  const { kty, prefix } = signingOf(kid, version, algorithm, digest);
  const pem = await pemOf(version);
  if (kty === "RSA")
    return privateEncrypt(
      { key: pem, padding: constants.RSA_PKCS1_PADDING },
      Buffer.concat([Buffer.from(prefix, "hex"), digest]),
    );
  const secret = Buffer.from(createPrivateKey(pem).export({ format: "jwk" }).d ?? "", "base64url");
  return Buffer.from(p256.sign(digest, secret, { prehash: false, lowS: false }));
}

/** @param kid id of the version */
export async function verifyDigest(
  kid: string,
  version: KeyVersion,
  algorithm: string,
  { digest, signature }: { digest: Buffer; signature: Buffer },
): Promise<boolean> {
  const { kty, prefix } = signingOf(kid, version, algorithm, digest);
  const key = createPublicKey(await pemOf(version));
  try {
    if (kty === "RSA")
      return publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, signature).equals(
        Buffer.concat([Buffer.from(prefix, "hex"), digest]),
      );
    const { x = "", y = "" } = key.export({ format: "jwk" });
    const point = Buffer.concat([Buffer.from([4]), Buffer.from(x, "base64url"), Buffer.from(y, "base64url")]);
    return p256.verify(signature, digest, point, { prehash: false, lowS: false });
  } catch {
    // A signature of another length is none of this key.
    return false;
  }
}
