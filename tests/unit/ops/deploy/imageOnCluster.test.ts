import { imageOf } from "../../../../ops/deploy/imageOnCluster.ts";

test("the image of the service is its first container's", () => {
  const spec = (...images: string[]) => ({ template: { spec: { containers: images.map((image) => ({ image })) } } });
  expect(imageOf({ spec: spec("a.azurecr.io/hello:1@sha256:1", "b.azurecr.io/proxy:2@sha256:2") } as never)).toBe(
    "a.azurecr.io/hello:1@sha256:1",
  );
  expect(imageOf({ spec: spec() } as never)).toBeUndefined();
  expect(imageOf({})).toBeUndefined();
});
