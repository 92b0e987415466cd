import { chosenImages } from "../../../../ops/deploy/chosenImages.ts";

test("one service's image is the setting that every program has, several are named", () => {
  expect(chosenImages("tarmac", [{ name: "hello" }], { hello: "a" })).toEqual({ "tarmac:image": "a" });
  expect(chosenImages("shop", [{ name: "web" }, { name: "api" }], { web: "a", api: "b" })).toEqual({
    "shop:images": { web: "a", api: "b" },
  });
});
