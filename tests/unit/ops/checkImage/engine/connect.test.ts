import { connect } from "../../../../../ops/checkImage/engine/connect.ts";

it.each(["tcp://docker.example.com:2376", "ssh://me@build.example.com", "ssh://localhost"])(
  "refuses an engine whose loopback is not this machine's: %s",
  async (host) => {
    await expect(connect({ DOCKER_HOST: host })).rejects.toThrow(
      `DOCKER_HOST is ${host}: the check asks the image over the engine's loopback address, so the engine must be on this machine`,
    );
  },
);

it("says how to get an engine when none answers", async () => {
  const before = process.env.DOCKER_HOST;
  process.env.DOCKER_HOST = "unix:///nowhere/docker.sock";
  try {
    await expect(connect()).rejects.toThrow(
      /no Docker engine answers at unix:\/\/\/nowhere\/docker\.sock \(ENOENT\)\. Start Docker, or name an engine in DOCKER_HOST.*npm start/,
    );
  } finally {
    if (before === undefined) delete process.env.DOCKER_HOST;
    else process.env.DOCKER_HOST = before;
  }
});
