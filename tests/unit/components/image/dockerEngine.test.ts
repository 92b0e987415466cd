import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dockerEngineVariables, hasDockerEngine, noDockerEngine } from "../../../../components/image/dockerEngine.ts";

const home = mkdtempSync(join(tmpdir(), "engine-"));
const socket = join(home, ".docker", "run", "docker.sock");
mkdirSync(join(home, ".docker", "run"), { recursive: true });
afterAll(() => rmSync(home, { recursive: true }));

test("an engine exists if its socket does, and other addresses are trusted", () => {
  expect(hasDockerEngine({ DOCKER_HOST: `unix://${socket}` })).toBe(false);
  expect(hasDockerEngine({ DOCKER_HOST: "tcp://builder:2376" })).toBe(true);
  expect(hasDockerEngine({ DOCKER_HOST: "ssh://builder" })).toBe(true);
  writeFileSync(socket, "");
  expect(hasDockerEngine({ DOCKER_HOST: `unix://${socket}` })).toBe(true);
  expect(hasDockerEngine({ HOME: home })).toBe(true);
});

test("Pulumi gets another address only if there is no engine", () => {
  expect(dockerEngineVariables({ DOCKER_HOST: "unix:///nowhere/docker.sock" })).toEqual({
    DOCKER_HOST: noDockerEngine,
  });
  expect(dockerEngineVariables({ DOCKER_HOST: "tcp://builder:2376" })).toEqual({});
});
