import {
  credentialsHost,
  digestReference,
  isFullyQualified,
  parseImageName,
} from "../../../../../local/plugins/docker/imageName.ts";

it.each([
  ["localhost:47500/team/app:v1", { domain: "localhost:47500", path: "team/app", tag: "v1" }],
  ["localhost:47500/app", { domain: "localhost:47500", path: "app", tag: "latest" }],
  ["reg.azurecr.io/app@sha256:abc", { domain: "reg.azurecr.io", path: "app", tag: "latest" }],
  ["node", { domain: "docker.io", path: "library/node", tag: "latest" }],
  ["team/app:1.0", { domain: "docker.io", path: "team/app", tag: "1.0" }],
])("%s", (name, expected) => {
  expect(parseImageName(name)).toEqual(expected);
});

it("tells names that say their registry", () => {
  const names = ["localhost/a", "localhost:1/a", "a.io/b/c", "docker.io/a", "node", "team/app"];
  expect(names.map(isFullyQualified)).toEqual([true, true, true, true, false, false]);
});

it("refers to a digest without the tag", () => {
  expect(digestReference("localhost:1/a:v1", "sha256:abc")).toBe("localhost:1/a@sha256:abc");
});

it("keeps credentials by host, Docker Hub's under its old address", () => {
  expect(
    ["https://reg.azurecr.io/v2/", "localhost:1", "docker.io", "https://index.docker.io/v1/"].map(credentialsHost),
  ).toEqual(["reg.azurecr.io", "localhost:1", "https://index.docker.io/v1/", "https://index.docker.io/v1/"]);
});
