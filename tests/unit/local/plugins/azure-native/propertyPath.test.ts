import {
  changeAt,
  missingAt,
  withoutIndices,
  withoutNulls,
} from "../../../../../local/plugins/azure-native/propertyPath.ts";
import type { Properties } from "../../../../../local/plugins/rpc/wireValues.ts";

describe("changeAt", () => {
  const tree: Properties = { a: { b: 1 }, list: [{ c: 2 }, { d: 3 }], map: { x: { c: 4 } } };

  it.each<[string, object]>([
    ["a.b", { ...tree, a: { b: "new" } }],
    ["a.other", { ...tree, a: { b: 1, other: "new" } }],
    ["list[].c", { ...tree, list: [{ c: "new" }, { d: 3, c: "new" }] }],
    ["list[]", { ...tree, list: ["new", "new"] }],
    ["map{}.c", { ...tree, map: { x: { c: "new" } } }],
    ["nowhere.b", tree],
    ["nowhere[].b", tree],
    ["a.b.c", tree],
  ])("changes %s", (path, expected) => {
    expect(changeAt(tree, path, () => "new")).toEqual(expected);
  });

  it("removes undefined values and does not change its argument", () => {
    expect(changeAt(tree, "list[].c", () => undefined)).toEqual({ ...tree, list: [{}, { d: 3 }] });
    expect(tree).toHaveProperty("list.0.c", 2);
  });
});

it("missingAt names each owner that lacks the property", () => {
  const tree: Properties = { list: [{ name: "a" }, {}], map: { x: {}, y: { name: "b" } } };
  expect(missingAt(tree, "list[].name")).toEqual(["list[1].name"]);
  expect(missingAt(tree, "map{}.name")).toEqual(["map.x.name"]);
  expect(missingAt(tree, "nowhere.name")).toEqual([]);
  expect(missingAt(tree, "name")).toEqual(["name"]);
});

it("withoutIndices and withoutNulls", () => {
  expect(withoutIndices("a[0].b[12]")).toBe("a[].b[]");
  expect(withoutNulls({ a: null, b: { c: null, d: [{ e: null }] } })).toEqual({ b: { d: [{}] } });
});
