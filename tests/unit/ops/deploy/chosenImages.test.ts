import { chosenImages } from "../../../../ops/deploy/chosenImages.ts";

test("one service's image is the setting that every program has, several are named", () => {
  expect(chosenImages("tarmac", { hello: "a" })).toEqual({ "tarmac:image": "a" });
  expect(chosenImages("shop", { web: "a", api: "b" }, "/id")).toEqual({
    "shop:images": { web: "a", api: "b" },
    "shop:importFrom": "/id",
  });
});
