import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { credentialsFor } from "../../../../../ops/checkImage/engine/dockerCredentials.ts";

const folder = mkdtempSync(join(tmpdir(), "tarmac-credentials-"));
const { DOCKER_CONFIG, PATH } = process.env;
beforeAll(() => (process.env.DOCKER_CONFIG = folder));
afterAll(() => {
  Object.assign(process.env, { PATH });
  if (DOCKER_CONFIG === undefined) delete process.env.DOCKER_CONFIG;
  else process.env.DOCKER_CONFIG = DOCKER_CONFIG;
  rmSync(folder, { recursive: true });
});
const configure = (config: unknown) => writeFileSync(join(folder, "config.json"), JSON.stringify(config));

it("finds the sign-in, for the image's own registry only", async () => {
  configure({ auths: { "mine.azurecr.io": { auth: Buffer.from("me:pass:word").toString("base64") } } });
  expect(await credentialsFor("mine.azurecr.io/app:1")).toEqual({
    username: "me",
    password: "pass:word",
    serveraddress: "mine.azurecr.io",
  });
  expect(await credentialsFor("other.azurecr.io/app:1")).toBeUndefined();
});

it("uses the sign-in to Docker Hub for all of its names", async () => {
  const serveraddress = "https://index.docker.io/v1/";
  configure({ auths: { [serveraddress]: { auth: Buffer.from("me:word").toString("base64") } } });
  for (const image of ["node:24", "team/app:1", "docker.io/team/app:1", "index.docker.io/team/app"])
    expect(await credentialsFor(image)).toEqual({ username: "me", password: "word", serveraddress });
  expect(await credentialsFor("localhost/app")).toBeUndefined();
});

it("runs the credential helper", async () => {
  writeFileSync(
    join(folder, "docker-credential-check"),
    `#!/bin/sh\nread host\necho "{\\"Username\\":\\"of $host\\",\\"Secret\\":\\"s\\"}"\n`,
    { mode: 0o755 },
  );
  process.env.PATH = `${folder}:${PATH}`;
  configure({ credsStore: "check" });
  expect(await credentialsFor("node:24")).toEqual({
    username: "of https://index.docker.io/v1/",
    password: "s",
    serveraddress: "https://index.docker.io/v1/",
  });
  configure({ credsStore: "absent" });
  expect(await credentialsFor("node:24")).toBeUndefined();
});

it("works without a configuration", async () => {
  rmSync(join(folder, "config.json"));
  expect(await credentialsFor("node:24")).toBeUndefined();
});
