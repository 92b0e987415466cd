import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { engineAddresses, sshHost } from "../../../../../local/plugins/docker/engineClient.ts";
import { Secret } from "../../../../../local/plugins/rpc/wireValues.ts";
import { contextFolder, removeFolders } from "./contextFolder.ts";

afterAll(removeFolders);

it.each([
  [{}, {}, { socketPath: "/var/run/docker.sock" }, false],
  [{}, { DOCKER_HOST: "unix:///run/x.sock" }, { socketPath: "/run/x.sock" }, false],
  [{ host: "unix:///run/y.sock" }, { DOCKER_HOST: "unix:///run/x.sock" }, { socketPath: "/run/y.sock" }, false],
  [{ host: "tcp://localhost:2375" }, {}, { host: "localhost", port: "2375" }, false],
])("address %#", (config, environment, options, tls) => {
  expect(engineAddresses(config, environment)[0]).toMatchObject({ options, tls });
});

it("takes certificates as text or from a folder", () => {
  const given = { host: "tcp://engine:2376", caMaterial: "ca", certMaterial: "cert", keyMaterial: new Secret("key") };
  expect(engineAddresses(given, {})).toMatchObject([{ tls: true, options: { ca: "ca", cert: "cert", key: "key" } }]);
  const folder = contextFolder({ "ca.pem": "1", "cert.pem": "2" });
  writeFileSync(join(folder, "key.pem"), "3");
  expect(engineAddresses({ host: "tcp://engine:2376", certPath: folder }, {})).toMatchObject([
    { tls: true, options: { ca: "1", cert: "2", key: "3" } },
  ]);
});

it("tries Docker Desktop's sockets too, unless an address is given", () => {
  const hosts = (environment: NodeJS.ProcessEnv) => engineAddresses({}, environment).map(({ host }) => host);
  expect(hosts({ HOME: "/home/me" })).toEqual([
    "unix:///var/run/docker.sock",
    "unix:///home/me/.docker/run/docker.sock",
    "unix:///home/me/.docker/desktop/docker.sock",
  ]);
  expect(hosts({ HOME: "/home/me", DOCKER_HOST: "unix:///run/x.sock" })).toEqual(["unix:///run/x.sock"]);
});

it("distinguishes an engine over SSH from one that it can reach, and refuses other addresses", () => {
  expect(sshHost({ host: "ssh://me@there" }, {})).toBe("there");
  expect(sshHost({}, { DOCKER_HOST: "ssh://there" })).toBe("there");
  expect(sshHost({}, {})).toBeUndefined();
  expect(() => engineAddresses({ host: "npipe:////./pipe/docker_engine" }, {})).toThrow(
    "the local environment's docker adapter reaches engines at unix:// and tcp:// addresses, not npipe:////./pipe/docker_engine",
  );
});
