import { imageSource } from "../../../../ops/doctor/registry/imageSource.ts";

it.each([
  ["app", { host: "docker.io", hostGiven: false, repository: "library/app" }],
  ["app:v1", { host: "docker.io", hostGiven: false, repository: "library/app", tag: "v1" }],
  ["team/app:v1", { host: "docker.io", hostGiven: false, repository: "team/app", tag: "v1" }],
  ["localhost/app", { host: "localhost", hostGiven: true, repository: "app" }],
  ["localhost:5000/a/b:1.2", { host: "localhost:5000", hostGiven: true, repository: "a/b", tag: "1.2" }],
  ["reg.azurecr.io/app:v1", { host: "reg.azurecr.io", hostGiven: true, repository: "app", tag: "v1" }],
  [
    `reg.azurecr.io/app:v1@sha256:${"a".repeat(64)}`,
    { host: "reg.azurecr.io", hostGiven: true, repository: "app", tag: "v1", digest: `sha256:${"a".repeat(64)}` },
  ],
  [
    `10.0.0.1:5000/app@sha256:${"b".repeat(64)}`,
    { host: "10.0.0.1:5000", hostGiven: true, repository: "app", digest: `sha256:${"b".repeat(64)}` },
  ],
])("parses %s", (image, parts) => {
  expect(imageSource(image)).toEqual(parts);
});

it.each(["", "reg.io/App:v1", "a b", "reg.io//app", "app:", "https://reg.io/app", "reg.io/app@sha256:12"])(
  'refuses "%s"',
  (image) => {
    expect(imageSource(image)).toBeUndefined();
  },
);
