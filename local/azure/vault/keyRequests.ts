/** Requests for keys: https://learn.microsoft.com/rest/api/keyvault/keys/operation-groups. */
import type { Cloud } from "../cloud.ts";
import type { Resource } from "../inventory.ts";
import { asString, type JsonObject } from "../jsonValues.ts";
import {
  keyOperations,
  keySizes,
  keyTypes,
  type KeyVersion,
  pemOf,
  publicHalf,
  signDigest,
  transform,
  verifyDigest,
} from "./keyMaterial.ts";
import { vaultSuffix } from "../azureHosts.ts";
import type { ObjectRequests, VerbOf } from "./objectRequests.ts";
import {
  addVersion,
  type Collection,
  newVersion,
  objectUri,
  requireVersion,
  shownAttributes,
  textIn,
} from "./vaultObjects.ts";
import { badParameter, forbidden } from "./vaultErrors.ts";

/** The name of each operation in the rights, and in the key's own list of operations. */
const cryptography = {
  encrypt: { action: "encrypt", operation: "encrypt", direction: "encrypt" },
  decrypt: { action: "decrypt", operation: "decrypt", direction: "decrypt" },
  wrapkey: { action: "wrap", operation: "wrapKey", direction: "encrypt" },
  unwrapkey: { action: "unwrap", operation: "unwrapKey", direction: "decrypt" },
} as const;

const right = (action: string, permission: string): VerbOf["right"] => ({
  action: `keys/${action}`,
  kind: "keys",
  permission,
});

const bytesIn = (body: JsonObject, field: string): Buffer => Buffer.from(textIn(body, field), "base64url");

/**
 * A verb that uses a key.
 * @param action of the rights, and `operation` of the key's own list
 * @param answer gets the key with its private half, and the id of its version
 */
const withKey = (
  action: string,
  operation: string,
  answer: (key: Awaited<ReturnType<typeof made>>, kid: string, body: JsonObject) => Promise<JsonObject>,
): VerbOf => ({
  right: right(`${action}/action`, operation),
  answer: async (collection, { name, version, body }) => {
    const key = requireVersion<KeyVersion>(collection, name, version);
    usable(key, operation);
    return answer(await made(collection.cloud, key), objectUri(collection, name, key.version), body);
  },
});

export const keyRequests: ObjectRequests<KeyVersion> = {
  rights: {
    get: right("read", "get"),
    list: right("read", "list"),
    update: right("update/action", "update"),
    delete: right("delete", "delete"),
    recover: right("recover/action", "recover"),
    purge: right("purge/action", "purge"),
  },
  show: bundle,
  item: (collection, name, version, versioned) => ({
    kid: objectUri(collection, name, versioned ? version.version : undefined),
    attributes: shownAttributes(collection.vault, version),
    ...(version.tags !== undefined && { tags: version.tags }),
  }),
  changed: (body) =>
    Array.isArray(body.key_ops) ? { keyOps: body.key_ops.map(String).filter((one) => isOperation(one)) } : {},
  verbs: {
    "POST create": {
      right: right("create/action", "create"),
      answer: async (collection, { name, body }) => {
        const version = { ...newVersion(body), ...keyIn(body.kty, body.key_size, body.key_ops) };
        addVersion(collection, name, version);
        return bundle(collection, name, version);
      },
    },
    "POST rotate": {
      right: right("rotate/action", "rotate"),
      answer: async (collection, { name }) => {
        const { kty, keySize, keyOps } = requireVersion<KeyVersion>(collection, name, undefined);
        const version = { ...newVersion({}), kty, keySize, keyOps };
        addVersion(collection, name, version);
        return bundle(collection, name, version);
      },
    },
    ...Object.fromEntries(
      Object.entries(cryptography).map(([verb, { action, operation, direction }]) => [
        `POST ${verb}`,
        withKey(action, operation, async (key, kid, body) => {
          const value = bytesIn(body, "value");
          const result = await transform(key, direction, textIn(body, "alg"), value);
          return { kid, value: result.toString("base64url") };
        }),
      ]),
    ),
    "POST sign": withKey("sign", "sign", async (key, kid, body) => {
      const digest = bytesIn(body, "value");
      const signature = await signDigest(kid, key, textIn(body, "alg"), digest);
      return { kid, value: signature.toString("base64url") };
    }),
    "POST verify": withKey("verify", "verify", async (key, kid, body) => {
      const signed = { digest: bytesIn(body, "digest"), signature: bytesIn(body, "value") };
      return { value: await verifyDigest(kid, key, textIn(body, "alg"), signed) };
    }),
  },
};

/**
 * The public half of a disabled key still works.
 * https://github.com/Azure/azure-sdk-for-python/issues/45342
 */
function usable({ enabled, keyOps }: KeyVersion, operation: string): void {
  if (!enabled && /^(decrypt|unwrapKey|sign)$/.test(operation))
    throw forbidden(`Operation ${operation} is not allowed on a disabled key.`, "KeyDisabled");
  if (!keyOps.includes(operation))
    throw forbidden(`Operation ${operation} is not permitted on this key.`, "KeyOperationForbidden");
}

const isOperation = (name: string) => keyOperations.some((known) => known === name);

/** The properties of a new key. @throws VaultError */
export function keyIn(
  kty: unknown = "RSA",
  keySize: unknown = 2048,
  keyOps: unknown = keyOperations,
): Pick<KeyVersion, "kty" | "keySize" | "keyOps"> {
  if (!keyTypes.some((known) => known === kty)) throw badParameter("Property kty has invalid value");
  if (!keySizes.some((known) => known === keySize)) throw badParameter("Property key_size has invalid value");
  if (!Array.isArray(keyOps) || !keyOps.every((one) => isOperation(String(one))))
    throw badParameter("Property key_ops has invalid value");
  return { kty: asString(kty) ?? "RSA", keySize: keySize as number, keyOps: keyOps.map(String) };
}

/** A key as the Resource Manager shows it. */
export function keyProperties(vault: Resource, name: string, version: KeyVersion): JsonObject {
  const keyUri = `https://${vault.name}${vaultSuffix}/keys/${name}`;
  const { kty, keySize, keyOps, enabled, created, updated, nbf, exp } = version;
  return {
    kty,
    keySize,
    keyOps,
    attributes: {
      enabled,
      exportable: false,
      ...(nbf !== undefined && { nbf }),
      ...(exp !== undefined && { exp }),
      created,
      updated,
    },
    keyUri,
    keyUriWithVersion: `${keyUri}/${version.version}`,
  };
}

/** A version with its private key, which is stored when its first use creates it. */
async function made({ inventory }: Cloud, version: KeyVersion): Promise<KeyVersion> {
  if (version.pem !== undefined) return version;
  await pemOf(version);
  inventory.save();
  return version;
}

async function bundle(collection: Collection, name: string, version: KeyVersion): Promise<JsonObject> {
  return {
    key: {
      kid: objectUri(collection, name, version.version),
      kty: version.kty,
      key_ops: version.keyOps,
      ...(await publicHalf(await made(collection.cloud, version))),
    },
    attributes: shownAttributes(collection.vault, version),
    ...(version.tags !== undefined && { tags: version.tags }),
  };
}

/** Keys that the Resource Manager creates are the vault's own. */
export const keysOf = (cloud: Cloud, vault: Resource): Collection => ({
  cloud,
  vault,
  kind: "keys",
  origin: `https://${vault.name}${vaultSuffix}`,
});
