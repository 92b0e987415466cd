import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { ImageSpec } from "../../../../../local/plugins/docker/imageInputs.ts";
import { imageSpec } from "../../../../../local/plugins/docker/imageInputs.ts";
import {
  credentialsFor,
  credentialsHost,
  registryAuthHeader,
  signedIn,
} from "../../../../../local/plugins/docker/registryCredentials.ts";
import { contextFolder, removeFolders } from "./contextFolder.ts";

afterAll(removeFolders);

const config = (content: object) => ({ DOCKER_CONFIG: contextFolder({ "config.json": JSON.stringify(content) }) });
const auth = (text: string) => ({ auth: Buffer.from(text).toString("base64") });

const image = (registry: Partial<ImageSpec["registry"]> = {}) =>
  imageSpec({ imageName: "localhost:1/app:v1", registry: { ...registry } });

it("are the image's own for its own registry only", async () => {
  const named = image({ username: "u", password: "p" });
  const environment = config({ auths: { "other:1": auth("x:y:z") } });
  expect(await credentialsFor(named, "localhost:1", environment)).toEqual({ username: "u", password: "p" });
  expect(await credentialsFor(named, "other:1", environment)).toEqual({ username: "x", password: "y:z" });
  expect(await credentialsFor(named, "third:1", environment)).toBeUndefined();
});

it("otherwise are those of docker login, also for a configuration with a URL", async () => {
  const environment = config({ auths: { "https://localhost:1/v2/": auth("me:secret") } });
  expect(await credentialsFor(image(), "localhost:1", environment)).toEqual({ username: "me", password: "secret" });
});

it("come from a credential helper", async () => {
  const bin = contextFolder({
    "docker-credential-test": `#!/bin/sh\nread host\n[ "$host" = localhost:1 ] || exit 1\necho '{"Username":"me","Secret":"from the helper"}'\n`,
  });
  const helpers = config({ credHelpers: { "localhost:1": "test", "localhost:2": "test" } });
  const environment = { ...helpers, PATH: `${bin}:${process.env.PATH}` };
  expect(await signedIn("localhost:1", environment)).toEqual({ username: "me", password: "from the helper" });
  expect(await signedIn("localhost:2", environment)).toBeUndefined();
});

it("do not exist without a configuration; an invalid one is named", async () => {
  expect(await signedIn("localhost:1", { DOCKER_CONFIG: "/nowhere" })).toBeUndefined();
  const broken = config({});
  writeFileSync(join(broken.DOCKER_CONFIG, "config.json"), "{");
  chmodSync(join(broken.DOCKER_CONFIG, "config.json"), 0o644);
  await expect(signedIn("localhost:1", broken)).rejects.toThrow(/config\.json cannot be read/);
});

it("are in the header in padded base64 with the URL alphabet, which the engine requires", async () => {
  const header = await registryAuthHeader(image({ username: "u", password: "??>>~~" }), config({}));
  expect(header).toMatch(/^[A-Za-z0-9_-]+=*$/);
  expect(header.length % 4).toBe(0);
  expect(JSON.parse(Buffer.from(header, "base64url").toString())).toEqual({
    username: "u",
    password: "??>>~~",
    serveraddress: "localhost:1",
  });
});

it("stores credentials by host, and Docker Hub's under its old address", () => {
  expect(
    ["https://reg.azurecr.io/v2/", "localhost:1", "docker.io", "https://index.docker.io/v1/"].map(credentialsHost),
  ).toEqual(["reg.azurecr.io", "localhost:1", "https://index.docker.io/v1/", "https://index.docker.io/v1/"]);
});
