import { shown, valueAt } from "../../../../ops/pulumi/propertyChanges.ts";

describe("values", () => {
  const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "[secret]" };

  it.each([
    [["a", { b: "c" }], '["a",{"b":"c"}]'],
    [true, "true"],
    [secret, "[secret]"],
    [{ password: secret, user: "ada" }, '{"password":"[secret]","user":"ada"}'],
    ["04da6b54-80e4-46f7-96ec-b56ff0331ba9", "known after the update"],
    [["a", "04da6b54-80e4-46f7-96ec-b56ff0331ba9"], "known after the update"],
    ["x".repeat(100), `${"x".repeat(79)}…`],
    [undefined, undefined],
    [null, undefined],
  ])("%j is shown as %s", (value, expected) => {
    expect(shown(value)).toBe(expected);
  });

  it("of a long resource id are shown by their end", () => {
    const id = `/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/${"g".repeat(60)}/x`;
    expect(shown(id)).toBe(`…${id.slice(-79)}`);
  });

  it.each([
    ["a.b[1].c", 3],
    ['a["x.y"]', 4],
    ["a.b[7].c", undefined],
    ["a.toString", undefined],
  ])("at %s", (path, expected) => {
    expect(valueAt({ a: { b: [{}, { c: 3 }], "x.y": 4 } }, path)).toBe(expected);
  });
});
