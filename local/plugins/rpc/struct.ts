/**
 * Converts property values from and to the engine's messages: protobuf's `Struct`, in which Pulumi marks special values by an object
 * with a signature key, and unknown values by one of seven strings.
 */
import structPb from "google-protobuf/google/protobuf/struct_pb.js";
import type { JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb.js";

import { Asset, isProperties, mapMembers, ResourceReference, Secret, unknown, Unknown, without } from "./wireValues.ts";
import type { Properties, Value } from "./wireValues.ts";
import { signatureKey } from "./signatureKey.ts";

// Signatures and sentinels are part of Pulumi's protocol (sdk/go/common/resource: sig.go; plugin/rpc.go).
const signatures = {
  secret: "1b47061264138c4ac30d75fd1eb44270",
  asset: "c44067f5952c0a294b673a41bacd8c17",
  archive: "0def7320c3a5731c473e5ecbe6d01bc7",
  resource: "5cf8f73096256a8f31e491e813e4eb8e",
  output: "d0e6a833031e9bbcd3f4e8bde6ca49a4",
} as const;

/** Sent for every unknown value. The engine uses the seven strings only to guess the type of a value that it shows. */
const unknownString = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const unknownSentinels = new Set([
  unknownString,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

function decodeSigned(signature: Value, fields: Properties): Value {
  switch (signature) {
    case signatures.secret:
      return new Secret(decodeValue(fields.value ?? null));
    case signatures.asset:
    case signatures.archive: {
      const kind = signature === signatures.asset ? "asset" : "archive";
      return new Asset(kind, mapMembers(without(fields, signatureKey), decodeValue) as Properties);
    }
    case signatures.resource:
      return new ResourceReference(mapMembers(without(fields, signatureKey), decodeValue) as Properties);
    case signatures.output: {
      const value = fields.value === undefined ? unknown : decodeValue(fields.value);
      return fields.secret === true ? new Secret(value) : value;
    }
    default:
      throw new TypeError(`a property has the unknown signature ${JSON.stringify(signature)}`);
  }
}

function decodeValue(value: Value): Value {
  if (typeof value === "string") {
    return unknownSentinels.has(value) ? unknown : value;
  }
  if (isProperties(value) && Object.hasOwn(value, signatureKey)) {
    return decodeSigned(value[signatureKey] ?? null, value);
  }
  return mapMembers(value, decodeValue);
}

function encodeFields(fields: Properties): Properties {
  return mapMembers(fields, encodeValue) as Properties;
}

function encodeSigned(signature: string, fields: Properties): Value {
  return { ...encodeFields(fields), [signatureKey]: signature };
}

function encodeValue(value: Value): Value {
  if (value instanceof Secret) {
    return encodeSigned(signatures.secret, { value: value.value });
  }
  if (value instanceof Unknown) {
    return unknownString;
  }
  if (value instanceof Asset) {
    return encodeSigned(signatures[value.kind], value.fields);
  }
  if (value instanceof ResourceReference) {
    return encodeSigned(signatures.resource, value.fields);
  }
  return mapMembers(value, encodeValue);
}

/** Properties from a message. A missing struct means no properties. */
export function decode(struct: Struct | undefined): Properties {
  return struct === undefined ? {} : (mapMembers(struct.toJavaScript(), decodeValue) as Properties);
}

/** Properties for a message. */
export function encode(properties: Properties): Struct {
  return structPb.Struct.fromJavaScript(mapMembers(properties, encodeValue) as Record<string, JavaScriptValue>);
}
