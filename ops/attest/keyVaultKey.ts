/**
 * Keys in Azure Key Vault that sign, and their public halves. The private half never leaves the vault.
 * https://learn.microsoft.com/azure/key-vault/keys/about-keys-details#signverify
 */
import { createHash, createPublicKey, type KeyObject } from "node:crypto";
import type { TokenCredential } from "@azure/identity";
import type { KeyVaultKey } from "@azure/keyvault-keys";
import type { Signature, Signer } from "@sigstore/sign";
import { CouldNotRun } from "../couldNotRun.ts";
import { keyIdOf } from "@tarmac/settings/attestationSettings";

/** Hints in bundles name a key as cosign does: the SHA-256 of its public half. */
export const hintOf = (key: KeyObject): string =>
  createHash("sha256")
    .update(key.export({ type: "spki", format: "der" }))
    .digest("base64");

/** Signs with a key of a vault. @param id `https://VAULT.vault.azure.net/keys/NAME[/VERSION]` */
export class KeyVaultSigner implements Signer {
  readonly #id: string;
  readonly #credential: TokenCredential;

  constructor(id: string, credential: TokenCredential) {
    this.#id = id;
    this.#credential = credential;
  }

  /** @throws CouldNotRun with the vault's answer and the role that is missing */
  async sign(data: Buffer): Promise<Signature> {
    try {
      const { CryptographyClient } = await import("@azure/keyvault-keys");
      const key = await this.#key();
      const publicKey = publicHalf(this.#id, key);
      const isEc = publicKey.asymmetricKeyType === "ec";
      const digest = createHash("sha256").update(data).digest();
      const client = new CryptographyClient(key.id ?? this.#id, this.#credential);
      const { result } = await client.sign(isEc ? "ES256" : "RS256", digest);
      const raw = Buffer.from(result);
      return {
        signature: isEc ? derOf(raw) : raw,
        key: {
          $case: "publicKey",
          publicKey: publicKey.export({ type: "spki", format: "pem" }).toString(),
          hint: hintOf(publicKey),
        },
      };
    } catch (error) {
      throw explained(this.#id, "sign with", "Key Vault Crypto User", error);
    }
  }

  async #key(): Promise<KeyVaultKey> {
    const { KeyClient } = await import("@azure/keyvault-keys");
    const { vault, name, version } = keyIdOf(this.#id);
    return new KeyClient(vault, this.#credential).getKey(name, version === undefined ? {} : { version });
  }
}

/**
 * The public halves of a key: of the version that the id names, or else of every version that is enabled, so that images
 * from before a rotation stay verifiable.
 * @throws CouldNotRun with the vault's answer and the role that is missing
 */
export async function publicKeys(id: string, credential: TokenCredential): Promise<KeyObject[]> {
  const { vault, name, version } = keyIdOf(id);
  try {
    const { KeyClient } = await import("@azure/keyvault-keys");
    const client = new KeyClient(vault, credential);
    const versions: string[] = [];
    if (version !== undefined) versions.push(version);
    else
      for await (const one of client.listPropertiesOfKeyVersions(name))
        if (one.enabled === true && one.version !== undefined) versions.push(one.version);
    const keys = await Promise.all(versions.map((one) => client.getKey(name, { version: one })));
    if (keys.length > 0) return keys.map((key) => publicHalf(id, key));
  } catch (error) {
    throw explained(id, "read", "Key Vault Reader", error);
  }
  throw new CouldNotRun(`${id} has no version that is enabled`);
}

function publicHalf(id: string, { key }: KeyVaultKey): KeyObject {
  const { kty = "", crv, n, e, x, y } = key ?? {};
  const text = (part: Uint8Array | undefined) => Buffer.from(part ?? []).toString("base64url");
  if (kty.startsWith("RSA") && n !== undefined)
    return createPublicKey({ format: "jwk", key: { kty: "RSA", n: text(n), e: text(e) } });
  if (kty.startsWith("EC") && crv === "P-256")
    return createPublicKey({ format: "jwk", key: { kty: "EC", crv, x: text(x), y: text(y) } });
  throw new CouldNotRun(`${id} is a key of type ${kty} ${crv ?? ""}: use RSA, or EC with the curve P-256`);
}

/** Vaults return the two numbers of an EC signature side by side; bundles have them as ASN.1 (RFC 3279). */
function derOf(raw: Buffer): Buffer {
  const half = raw.length / 2;
  const integers = [raw.subarray(0, half), raw.subarray(half)].map((part) => {
    let start = 0;
    while (start < part.length - 1 && part[start] === 0) start++;
    const digits = part.subarray(start);
    const positive = (digits[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), digits]) : digits;
    return Buffer.concat([Buffer.from([0x02, positive.length]), positive]);
  });
  const content = Buffer.concat(integers);
  return Buffer.concat([Buffer.from([0x30, content.length]), content]);
}

function explained(id: string, what: string, role: string, cause: unknown): CouldNotRun {
  if (cause instanceof CouldNotRun) return cause;
  const { statusCode, message } = cause as Error & { statusCode?: number };
  if (statusCode === 404) return new CouldNotRun(`${id} does not exist: check the name, or create the key`, { cause });
  const [line = ""] = message.split(/\r?\n/);
  const fix =
    statusCode === 403
      ? `: the signed-in identity needs the role ${role} on the vault or the key; a new role assignment takes a few minutes to propagate`
      : "";
  return new CouldNotRun(`cannot ${what} ${id}: ${line}${fix}`, { cause });
}
