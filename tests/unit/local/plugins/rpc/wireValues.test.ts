import {
  Asset,
  containsSecret,
  containsUnknown,
  reveal,
  Secret,
  toJson,
  unknown,
  withSecretsOf,
} from "../../../../../local/plugins/rpc/wireValues.ts";

test("unknowns and secrets are found at any depth", () => {
  expect(containsUnknown({ a: [{ b: new Secret({ c: unknown }) }] })).toBe(true);
  expect(containsUnknown({ a: [{ b: new Secret("c") }] })).toBe(false);
  expect(containsSecret({ a: [{ b: new Secret("c") }] })).toBe(true);
  expect(containsSecret({ a: [{ b: unknown }] })).toBe(false);
});

test("revealing keeps what is unknown", () => {
  expect(reveal({ a: new Secret({ b: new Secret("c"), d: unknown }) })).toEqual({ a: { b: "c", d: unknown } });
});

test("plain data has no secrets, and no place for unknowns and assets", () => {
  expect(toJson({ a: new Secret([1, { b: null }]) })).toEqual({ a: [1, { b: null }] });
  expect(() => toJson({ spec: { image: [unknown] } })).toThrow("spec.image.0 is not known yet");
  expect(() => toJson({ file: new Asset("archive", {}) })).toThrow("file is an archive, expected plain data");
});

test("what an API returns becomes secret where the inputs are", () => {
  const inputs = {
    data: { password: new Secret("p"), user: "u" },
    list: [{ value: new Secret("v") }],
    gone: new Secret(1),
  };
  const live = { data: { password: "p", user: "u", extra: "e" }, list: [{ value: "v" }, { value: "w" }], status: "ok" };
  expect(withSecretsOf(live, inputs)).toEqual({
    data: { password: new Secret("p"), user: "u", extra: "e" },
    list: new Secret([{ value: "v" }, { value: "w" }]),
    status: "ok",
  });
});

test("a secret object makes the whole object secret", () => {
  expect(withSecretsOf({ data: { a: new Secret(1) } }, { data: new Secret(unknown) })).toEqual({
    data: new Secret({ a: 1 }),
  });
});
