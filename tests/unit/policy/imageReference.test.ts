import { imageReference } from "../../../policy/kubernetes/imageReference.ts";

it.each([
  ["nginx", { path: "nginx" }],
  ["nginx:1.29", { path: "nginx", tag: "1.29" }],
  ["library/nginx:1.29", { path: "library/nginx", tag: "1.29" }],
  [
    "shop.azurecr.io/team/app:1.2@sha256:abc",
    { host: "shop.azurecr.io", path: "team/app", tag: "1.2", digest: "sha256:abc" },
  ],
  ["localhost:47500/app", { host: "localhost:47500", path: "app" }],
  ["localhost/app:x", { host: "localhost", path: "app", tag: "x" }],
  ["app@sha256:abc", { path: "app", digest: "sha256:abc" }],
  ["", { path: "" }],
])("takes %s apart", (name, parts) => {
  expect(imageReference(name)).toEqual(parts);
});
