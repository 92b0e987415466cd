import { entries, isOff, items, notKnown, plain, shown, type Spot, step } from "../../../policy/propertyValues.ts";
import { asSent, unknown } from "./judged.ts";

const spot = (value: object): Spot => ({ path: "", value: plain(asSent(value)) });

it("reads a resource's properties to the end, past unknown values", () => {
  expect(spot({ a: [1, unknown, { b: unknown, c: null }], d: "x" }).value).toEqual({
    a: [1, notKnown, { b: notKnown, c: null }],
    d: "x",
  });
});

it("rethrows other errors", () => {
  const broken = {
    get a(): never {
      throw new Error("broken");
    },
  };
  expect(() => plain(broken)).toThrow("broken");
});

it.each<[object, string[], string, unknown]>([
  [{ a: { b: 1 } }, ["a", "b"], "a.b", 1],
  [{ a: { b: null } }, ["a", "b"], "a.b", undefined],
  [{ a: 1 }, ["a", "b"], "a.b", undefined],
  [{ a: [1] }, ["a", "0"], "a.0", undefined],
  [{ a: unknown }, ["a", "b", "c"], "a.b.c", notKnown],
  [{ a: {} }, ["a", "constructor"], "a.constructor", undefined],
  [{ "x/y": { z: 1 } }, ["x/y", "z"], '["x/y"].z', 1],
])("steps through %j by %j", (value, keys, path, found) => {
  expect(step(spot(value), ...keys)).toEqual({ path, value: found });
});

it("reads an unknown list or map as one unknown element", () => {
  expect(items(step(spot({ a: unknown }), "a"))).toEqual([{ path: "a[]", value: notKnown }]);
  expect(entries(step(spot({ a: unknown }), "a"))).toEqual([{ key: "", spot: { path: "a", value: notKnown } }]);
});

it("reads any other value as empty", () => {
  expect(items(step(spot({ a: "text" }), "a"))).toEqual([]);
  expect(entries(step(spot({ a: ["x"] }), "a"))).toEqual([]);
  expect(entries(step(spot({}), "a"))).toEqual([]);
});

it("shows a value with its unknown parts", () => {
  expect(shown(plain(asSent({ a: unknown, b: "c" })) as never)).toBe('{"a":"(not known)","b":"c"}');
});

it.each([
  [undefined, true],
  [false, true],
  [true, false],
  ["false", false],
  ["true", false],
  [0, false],
  [{}, false],
])("counts only false, or a missing value, as off: %j is %s", (value, off) => {
  expect(isOff(value)).toBe(off);
});
