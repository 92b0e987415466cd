import { join } from "node:path";

import { extract } from "tar-stream";

import { DockerAdapter } from "../../../../../local/plugins/docker/dockerAdapter.ts";
import { CancelledError } from "../../../../../local/plugins/rpc/engineErrors.ts";
import { Secret, unknown } from "../../../../../local/plugins/rpc/wireValues.ts";
import type { Properties } from "../../../../../local/plugins/rpc/wireValues.ts";
import { checkRequest, silentLog } from "../azure-native/sampleRequests.ts";
import { contextFolder, removeFolders } from "./contextFolder.ts";
import { fakeEngine } from "./fakeEngine.ts";
import type { FakeEngine, Reply } from "./fakeEngine.ts";
import { encodeTrace } from "./encodedTrace.ts";

const type = "docker:index/image:Image";
const imageId = "sha256:1111";
const digest = `sha256:${"2".repeat(64)}`;
const push = "POST /images/localhost:1/team/app/push";
const pushed = [
  { status: "Pushing", id: "layer", progressDetail: { current: 1, total: 2 } },
  { aux: { Tag: "v1", Digest: digest } },
];
const built = [
  { id: "moby.buildkit.trace", aux: encodeTrace({ steps: [{ digest: "a", name: "RUN x", started: true }] }) },
  { id: "moby.image.id", aux: { ID: imageId } },
];

const folder = contextFolder({ Dockerfile: "FROM scratch\n", "a.txt": "a" });
let fake: FakeEngine;
afterEach(() => fake.close());
afterAll(removeFolders);

async function adapter(replies: Record<string, Reply>, sessions = true) {
  fake = await fakeEngine({ "GET /_ping": [], ...replies }, sessions);
  const plugin = new DockerAdapter({ DOCKER_CONFIG: folder });
  await plugin.configure({ host: fake.host });
  fake.asked.length = 0;
  return plugin;
}

async function inputs(plugin: DockerAdapter, more: Properties = {}): Promise<Properties> {
  const news = {
    imageName: "localhost:1/team/app:v1",
    build: { context: folder, platform: "linux/amd64", args: { A: "1" }, target: "final" },
    registry: { server: "localhost:1", username: "u", password: new Secret("sesame") },
    ...more,
  };
  const { inputs: checked, failures } = await plugin.check(checkRequest(type, { news }));
  expect(failures).toEqual([]);
  return checked;
}

function request(given: Properties, fields: { preview?: boolean; signal?: AbortSignal; said?: string[] } = {}) {
  return {
    urn: "u",
    type,
    name: "app",
    log: {
      ...silentLog,
      status: (line: string) => fields.said?.push(line),
      info: (line: string) => fields.said?.push(line),
    },
    signal: fields.signal ?? new AbortController().signal,
    inputs: given,
    preview: fields.preview ?? false,
    timeoutSeconds: 0,
  };
}

it("builds with BuildKit, pushes, and records the digest and the inputs", async () => {
  const plugin = await adapter({ "POST /build": built, [push]: pushed });
  const given = await inputs(plugin);
  const said: string[] = [];
  const { id, outputs } = await plugin.create(request(given, { said }));

  expect(id).toBe("localhost:1/team/app:v1");
  expect(outputs).toMatchObject({
    baseImageName: "localhost:1/team/app:v1",
    context: folder,
    dockerfile: "Dockerfile",
    imageName: "localhost:1/team/app:v1",
    platform: "linux/amd64",
    registryServer: "localhost:1",
    repoDigest: `localhost:1/team/app@${digest}`,
  });
  expect(outputs.__inputs).toBeInstanceOf(Secret);
  expect(
    await plugin.diff({ ...request(given), id, olds: outputs, oldInputs: given, news: given, ignoreChanges: [] }),
  ).toEqual({
    changes: {},
  });
  expect(said).toEqual(expect.arrayContaining(["RUN x", "Pushing 1 layer(s): 0.0 of 0.0 MB"]));

  expect(fake.asked.map(({ line }) => line)).toEqual(["UPGRADE /session", "POST /build", push]);
  const [session, build, pushing] = fake.asked;
  expect(Object.fromEntries(build?.query ?? [])).toEqual({
    t: "localhost:1/team/app:v1",
    dockerfile: "Dockerfile",
    version: "2",
    session: session?.headers["x-docker-expose-session-uuid"],
    rm: "1",
    forcerm: "1",
    platform: "linux/amd64",
    target: "final",
    buildargs: '{"A":"1"}',
  });
  expect(await names(build?.body ?? Buffer.alloc(0))).toEqual(["Dockerfile", "a.txt"]);
  expect(pushing?.query.get("tag")).toBe("v1");
  const auth = String(pushing?.headers["x-registry-auth"]);
  expect(JSON.parse(Buffer.from(auth, "base64url").toString())).toEqual({
    username: "u",
    password: "sesame",
    serveraddress: "localhost:1",
  });
});

async function names(bytes: Buffer): Promise<string[]> {
  const found: string[] = [];
  const reader = extract();
  reader.end(bytes);
  for await (const entry of reader) {
    found.push(entry.header.name);
    entry.resume();
  }
  return found;
}

it("falls back to the classic builder if the engine has no BuildKit", async () => {
  const classic = [{ stream: "Step 1/1 : FROM scratch\n" }, { aux: { ID: imageId } }];
  const plugin = await adapter({ "POST /build": classic, [push]: pushed }, false);
  const said: string[] = [];
  await plugin.create(request(await inputs(plugin), { said }));
  expect(fake.asked.find(({ line }) => line === "POST /build")?.query.get("version")).toBe("1");
  expect(said.join("\n")).toMatch(/refused BuildKit \(no POST \/session\); using the classic builder/);
});

it("keeps an image in the engine with skipPush", async () => {
  const plugin = await adapter({ "POST /build": built });
  const { outputs } = await plugin.create(request(await inputs(plugin, { skipPush: true })));
  expect(outputs.repoDigest).toBe(imageId);
});

it("reads the digest from the engine's store if the push does not report it", async () => {
  const inspected = [{ RepoDigests: [`other/app@sha256:0`, `localhost:1/team/app@${digest}`] }];
  const plugin = await adapter({
    "POST /build": built,
    [push]: [{ status: "done" }],
    "GET /images/localhost:1/team/app:v1/json": inspected,
  });
  const { outputs } = await plugin.create(request(await inputs(plugin)));
  expect(outputs.repoDigest).toBe(`localhost:1/team/app@${digest}`);
});

it("fails with the last lines of the build", async () => {
  const trace = {
    steps: [{ digest: "a", name: "RUN false", started: true }],
    logs: [{ step: "a", text: "no such file\n" }],
  };
  const plugin = await adapter({
    "POST /build": [
      { id: "moby.buildkit.trace", aux: encodeTrace(trace) },
      { errorDetail: { message: "exit code: 1" }, error: "exit code: 1" },
    ],
  });
  await expect(plugin.create(request(await inputs(plugin)))).rejects.toThrow(
    "the image localhost:1/team/app:v1 could not be built: exit code: 1\n  RUN false\n  no such file",
  );
});

it("fails with the registry's message", async () => {
  const refused = [{ errorDetail: { message: "unauthorized: authentication required" } }];
  const plugin = await adapter({ "POST /build": built, [push]: refused });
  await expect(plugin.create(request(await inputs(plugin)))).rejects.toThrow(
    "the image localhost:1/team/app:v1 could not be pushed: unauthorized: authentication required",
  );
});

it("fails when the engine refuses the build, or stops", async () => {
  const plugin = await adapter({ "POST /build": { status: 400, message: "dockerfile parse error" } });
  const given = await inputs(plugin);
  await expect(plugin.create(request(given))).rejects.toThrow("dockerfile parse error");
  await fake.close();
  await expect(plugin.create(request(given))).rejects.toThrow(
    /^the Docker engine at unix:.* does not answer: E[A-Z]+$/,
  );
});

describe("without an engine", () => {
  const nobody = `unix://${join(folder, "nobody.sock")}`;

  it("cannot be configured, whatever the operation, with the official plugin's message", async () => {
    fake = await fakeEngine({});
    const refusal =
      "docker native provider returned an unexpected error from Configure: failed to connect to any docker daemon";
    await expect(new DockerAdapter({ DOCKER_HOST: nobody }).configure({})).rejects.toThrow(refusal);
    await expect(new DockerAdapter({ DOCKER_HOST: fake.host }).configure({ host: nobody })).rejects.toThrow(refusal);
    // It answers, but is no Docker engine.
    await expect(new DockerAdapter({}).configure({ host: fake.host })).rejects.toThrow(refusal);
  });

  it("compares, reads and deletes with an address over SSH, and fails only to build", async () => {
    const given = await inputs(await adapter({}));
    const plugin = new DockerAdapter({ DOCKER_HOST: "ssh://nowhere" });
    await plugin.configure({});
    expect(await inputs(plugin)).toEqual(given);
    await expect(plugin.create(request(given, { preview: true }))).resolves.toMatchObject({ id: "" });
    await expect(plugin.create(request(given))).rejects.toThrow(
      "command [ssh nowhere docker system dial-stdio] was not run",
    );
  });
});

it.each(["POST /build", push])("is canceled immediately during %s, and the engine notices", async (line) => {
  const plugin = await adapter({ "POST /build": built, [push]: pushed, [line]: "never" });
  const stop = new AbortController();
  const creation = plugin.create(request(await inputs(plugin), { signal: stop.signal }));
  while (!fake.asked.some((asked) => asked.line === line)) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  stop.abort(new CancelledError("cancelled"));
  await expect(creation).rejects.toBeInstanceOf(CancelledError);
  while (fake.abandoned() === 0) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
});

describe("a preview", () => {
  it("builds nothing and knows everything except the digest", async () => {
    const plugin = await adapter({});
    const { id, outputs } = await plugin.create(request(await inputs(plugin), { preview: true }));
    expect(id).toBe("");
    expect(outputs).toMatchObject({ imageName: "localhost:1/team/app:v1", repoDigest: unknown });
    expect(fake.asked).toEqual([]);
  });

  it("builds without a push if the program asks for it", async () => {
    const plugin = await adapter({ "POST /build": built });
    const { outputs } = await plugin.create(request(await inputs(plugin, { buildOnPreview: true }), { preview: true }));
    expect(outputs.repoDigest).toBe(imageId);
    expect(outputs).not.toHaveProperty("__inputs");
  });
});

it("refuses other types", async () => {
  const plugin = await adapter({});
  expect(() => plugin.check(checkRequest("docker:index/container:Container"))).toThrow(
    /does not serve docker:index\/container:Container, only docker:index\/image:Image/,
  );
});
