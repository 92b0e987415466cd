import { existingImages } from "../../../settings/imageSettings.ts";

const [web, api] = ["a", "b"].map((digit) => `registry.example/shop:1@sha256:${digit.repeat(64)}`);

test("a service runs the image with its name, else the common one, else the built one", () => {
  expect(existingImages({ image: undefined, images: {} }, ["web", "api"])).toEqual({});
  expect(existingImages({ image: api, images: { web: web! } }, ["web", "api"])).toEqual({ web, api });
});

test("an image of a service that the program does not have is refused", () => {
  expect(() => existingImages({ image: undefined, images: { wep: web! } }, ["web", "api"])).toThrow(
    'images: "wep" is not a service of this program; use "web", "api"',
  );
});
