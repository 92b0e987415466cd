import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { engineAddress } from "../../../../../local/plugins/docker/engineClient.ts";
import { Secret } from "../../../../../local/plugins/rpc/wireValues.ts";
import { contextFolder, removeFolders } from "./contextFolder.ts";

afterAll(removeFolders);

it.each([
  [{}, {}, { socketPath: "/var/run/docker.sock" }, false],
  [{}, { DOCKER_HOST: "unix:///run/x.sock" }, { socketPath: "/run/x.sock" }, false],
  [{ host: "unix:///run/y.sock" }, { DOCKER_HOST: "unix:///run/x.sock" }, { socketPath: "/run/y.sock" }, false],
  [{ host: "tcp://localhost:2375" }, {}, { host: "localhost", port: "2375" }, false],
])("address %#", (config, environment, options, tls) => {
  expect(engineAddress(config, environment)).toMatchObject({ options, tls });
});

it("takes certificates as text or from a folder", () => {
  const given = { host: "tcp://engine:2376", caMaterial: "ca", certMaterial: "cert", keyMaterial: new Secret("key") };
  expect(engineAddress(given, {})).toMatchObject({ tls: true, options: { ca: "ca", cert: "cert", key: "key" } });
  const folder = contextFolder({ "ca.pem": "1", "cert.pem": "2" });
  writeFileSync(join(folder, "key.pem"), "3");
  expect(engineAddress({ host: "tcp://engine:2376", certPath: folder }, {})).toMatchObject({
    tls: true,
    options: { ca: "1", cert: "2", key: "3" },
  });
});

it("refuses unsupported addresses", () => {
  expect(() => engineAddress({ host: "ssh://me@there" }, {})).toThrow(
    "the local environment's docker adapter reaches engines at unix:// and tcp:// addresses, not ssh://me@there",
  );
});
