import { connect } from "../../../../../ops/checkImage/engine/connect.ts";

it.each(["tcp://docker.example.com:2376", "ssh://me@build.example.com", "ssh://localhost"])(
  "refuses an engine whose loopback is not this machine's: %s",
  async (host) => {
    await expect(connect({ DOCKER_HOST: host })).rejects.toThrow(
      `DOCKER_HOST is ${host}: the check asks the image over the engine's loopback address, so the engine must be on this machine`,
    );
  },
);

it("says how to get an engine if none answers", async () => {
  await expect(connect({ DOCKER_HOST: "unix:///nowhere/docker.sock" })).rejects.toThrow(
    /no Docker engine answers at unix:\/\/\/nowhere\/docker\.sock \(ENOENT\)\. Start Docker, or set DOCKER_HOST to an engine/,
  );
});

it("says which package to install if the engine's client is not installed", async () => {
  const load = () => Promise.reject(Object.assign(new Error("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" }));
  await expect(connect({}, load)).rejects.toThrow(
    /^the package dockerode, which talks to the Docker engine, is not installed: .* `npm install --include=optional`$/,
  );
});

it("does not report another error of the engine's client as a missing package", async () => {
  await expect(connect({}, () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
});
