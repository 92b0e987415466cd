import fc from "fast-check";
import structPb from "google-protobuf/google/protobuf/struct_pb.js";

import { decode, encode } from "../../../../../local/plugins/rpc/struct.ts";
import { Asset, ResourceReference, Secret, unknown } from "../../../../../local/plugins/rpc/wireValues.ts";
import type { Properties, Value } from "../../../../../local/plugins/rpc/wireValues.ts";

const signatureKey = "4dabf18193072939515e22adb298388d";

// `__proto__` cannot be an own key of the plain objects that protobuf's JavaScript creates, which also do not distinguish -0 from 0.
const key = fc.string({ maxLength: 8 }).filter((text) => text !== "__proto__");
const { properties } = fc.letrec<{ value: Value; properties: Properties }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
    fc.string(),
    fc.constant(unknown),
    tie("value").map((inner) => new Secret(inner)),
    fc.array(tie("value"), { maxLength: 4 }),
    tie("properties"),
    fc.string().map((text) => new Asset("asset", { text })),
    fc.string().map((path) => new Asset("archive", { path })),
    fc.string().map((urn) => new ResourceReference({ urn })),
  ),
  properties: fc.dictionary(key, tie("value"), { maxKeys: 4, noNullPrototype: true }),
}));

test("every property value survives a round trip, with secrets and unknowns at any depth", () => {
  fc.assert(
    fc.property(properties, (original) => {
      const bytes = encode(original).serializeBinary();
      expect(decode(structPb.Struct.deserializeBinary(bytes))).toEqual(original);
    }),
    { numRuns: 500 },
  );
});

test("a secret has the engine's signature", () => {
  expect(encode({ password: new Secret("hunter2") }).toJavaScript()).toEqual({
    password: { [signatureKey]: "1b47061264138c4ac30d75fd1eb44270", value: "hunter2" },
  });
});

test.each([
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
])("the sentinel %s is an unknown value", (sentinel) => {
  expect(decode(structPb.Struct.fromJavaScript({ a: [sentinel] }))).toEqual({ a: [unknown] });
});

test("an output value becomes its content", () => {
  const output = { [signatureKey]: "d0e6a833031e9bbcd3f4e8bde6ca49a4" };
  const struct = structPb.Struct.fromJavaScript({
    known: { ...output, value: "v", dependencies: ["urn:a"] },
    secret: { ...output, value: "v", secret: true },
    unknown: output,
    secretUnknown: { ...output, secret: true },
  });
  expect(decode(struct)).toEqual({
    known: "v",
    secret: new Secret("v"),
    unknown,
    secretUnknown: new Secret(unknown),
  });
});

test("an unknown signature is refused instead of passed on as data", () => {
  const struct = structPb.Struct.fromJavaScript({ a: { [signatureKey]: "something new" } });
  expect(() => decode(struct)).toThrow('a property has the unknown signature "something new"');
});

test("a missing struct means no properties", () => {
  expect(decode(undefined)).toEqual({});
});
