import { chosenImages } from "../../../../ops/deploy/chosenImages.ts";

test("sets one service's image in the setting that every program has, and several by name", () => {
  expect(chosenImages("tarmac", { hello: "a" })).toEqual({ "tarmac:image": "a" });
  expect(chosenImages("shop", { web: "a", api: "b" }, "/id")).toEqual({
    "shop:images": { web: "a", api: "b" },
    "shop:importFrom": "/id",
  });
});
