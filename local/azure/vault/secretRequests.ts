/** Requests for secrets: https://learn.microsoft.com/rest/api/keyvault/secrets/operation-groups */
import { asString, type JsonObject } from "../jsonValues.ts";
import type { ObjectRequests } from "./objectRequests.ts";
import {
  addVersion,
  type Collection,
  newVersion,
  objectUri,
  type ObjectVersion,
  shownAttributes,
  textIn,
} from "./vaultObjects.ts";
import { badParameter, forbidden } from "./vaultErrors.ts";

export interface SecretVersion extends ObjectVersion {
  value: string;
  contentType?: string;
}

/** https://learn.microsoft.com/azure/key-vault/secrets/about-secrets */
const longestValue = 25 * 1024;

const right = (action: string, permission: string) => ({
  action: `secrets/${action}`,
  kind: "secrets" as const,
  permission,
});

export const secretRequests: ObjectRequests<SecretVersion> = {
  rights: {
    get: right("getSecret/action", "get"),
    list: right("readMetadata/action", "list"),
    update: right("update/action", "set"),
    delete: right("delete", "delete"),
    recover: right("recover/action", "recover"),
    purge: right("purge/action", "purge"),
  },
  show: (collection, name, version, withValue) => {
    if (withValue && !version.enabled)
      throw forbidden("Operation get is not allowed on a disabled secret.", "SecretDisabled");
    return { ...(withValue && { value: version.value }), ...described(collection, name, version, true) };
  },
  item: described,
  changed: (body) => (asString(body.contentType) === undefined ? {} : { contentType: asString(body.contentType) }),
  verbs: {
    "PUT ": {
      right: right("setSecret/action", "set"),
      answer: (collection, { name, body }) => {
        const value = textIn(body, "value");
        if (Buffer.byteLength(value) > longestValue)
          throw badParameter(`The value is longer than ${longestValue} bytes.`);
        const contentType = asString(body.contentType);
        const version: SecretVersion = {
          ...newVersion(body),
          value,
          ...(contentType !== undefined && { contentType }),
        };
        addVersion(collection, name, version);
        return { value, ...described(collection, name, version, true) };
      },
    },
  },
};

function described(collection: Collection, name: string, version: SecretVersion, versioned: boolean): JsonObject {
  return {
    id: objectUri(collection, name, versioned ? version.version : undefined),
    ...(version.contentType !== undefined && { contentType: version.contentType }),
    attributes: shownAttributes(collection.vault, version),
    ...(version.tags !== undefined && { tags: version.tags }),
  };
}
