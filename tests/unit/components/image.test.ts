import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { contextArchive } from "../../../components/image/contextArchive.ts";
import { manifestDigest } from "../../../components/registry/manifestDigest.ts";
import { buildInRegistry } from "../../../components/registry/registryBuild.ts";
import { exchangeForRefreshToken } from "../../../components/registry/registrySignIn.ts";
import { AppImage, digestOf, type AppImageArgs } from "../../../components/image.ts";
import { digest } from "../providerAnswers.ts";
import { labels, mockCloud, only, pending, refusal, secret, unknown, valueOf } from "../pulumiMocks.ts";

const imageType = "docker:index/image:Image";
const component = "tarmac:docker:AppImage::hello";

const context = mkdtempSync(join(tmpdir(), "image-"));
const dockerfile = join(context, "Dockerfile");
writeFileSync(dockerfile, "FROM scratch\n");
writeFileSync(join(context, "other.Dockerfile"), "FROM scratch\nUSER 10001\n");
afterAll(() => rmSync(context, { recursive: true }));

const args = { loginServer: "hello.azurecr.io", repository: "team/hello", context } satisfies AppImageArgs;

async function create(more: Partial<AppImageArgs> = {}, preview = false) {
  const cloud = await mockCloud({ preview });
  const image = new AppImage("hello", { ...args, ...more });
  const resources = await cloud.settled();
  return { image, resources, inputs: only(resources, imageType).inputs };
}

test("is one image in a component", async () => {
  const { resources } = await create();
  expect(labels(resources)).toEqual([`${imageType}::hello`, component]);
  expect(only(resources, imageType)).toMatchObject({ parent: component, aliases: [] });
});

test("is tagged by its content, reports its version, and is pushed except in a preview", async () => {
  const { image, inputs } = await create();
  expect(image.tag).toMatch(/^[0-9a-f]{12}$/);
  expect(inputs).toEqual({
    imageName: `hello.azurecr.io/team/hello:${image.tag}`,
    build: {
      context,
      dockerfile,
      args: { VERSION: image.tag },
      platform: "linux/amd64",
    },
    buildOnPreview: false,
    skipPush: false,
  });
});

test("runs by digest, so an overwritten tag changes nothing", async () => {
  const { image, resources } = await create({ tag: "1.4.2" });
  const reference = `hello.azurecr.io/team/hello:1.4.2@${digest}`;
  expect(await valueOf(image.digest)).toBe(digest);
  expect(await valueOf(image.reference)).toBe(reference);
  expect(only(resources, "tarmac:docker:AppImage").outputs).toEqual({
    ...{ tag: "1.4.2", digest, reference },
    // What the provenance of the image states.
    build: {
      ...{ context, dockerfile: join(context, "Dockerfile"), target: "", platform: "linux/amd64" },
      ...{ args: { VERSION: "1.4.2" }, buildWith: "docker" },
    },
  });
});

test("is built as configured: Dockerfile, arguments, stage, platform, tag", async () => {
  const other = join(context, "other.Dockerfile");
  const { inputs } = await create({
    ...{ dockerfile: other, buildArgs: { NODE_IMAGE: "node:24" }, target: "final" },
    ...{ platform: "linux/arm64", tag: "1.4.2" },
  });
  expect(inputs).toMatchObject({
    imageName: "hello.azurecr.io/team/hello:1.4.2",
    build: {
      ...{ context, dockerfile: other, target: "final", platform: "linux/arm64" },
      args: { VERSION: "1.4.2", NODE_IMAGE: "node:24" },
    },
  });
});

test("has another tag when anything else is built", async () => {
  const tags = new Set<string>();
  const cloud = await mockCloud();
  const variants: Partial<AppImageArgs>[] = [
    {},
    { dockerfile: join(context, "other.Dockerfile") },
    { buildArgs: { A: "1" } },
    { buildArgs: { A: "2" } },
    { buildArgs: { B: "1" } },
    { buildArgs: { target: "final" } },
    { target: "final" },
    { buildArgs: { platform: "linux/arm64" } },
    { platform: "linux/arm64" },
  ];
  for (const [i, more] of variants.entries()) tags.add(new AppImage(`hello${i}`, { ...args, ...more }).tag);
  await cloud.settled();
  expect(tags.size).toBe(variants.length);
});

test("reuses the layers of other images, and stores its own for the next build", async () => {
  const { inputs } = await create({ cacheFrom: ["hello.azurecr.io/hello:main"], buildArgs: { A: "1" } });
  expect(inputs.build).toMatchObject({
    cacheFrom: { images: ["hello.azurecr.io/hello:main"] },
    args: { VERSION: expect.any(String) as string, BUILDKIT_INLINE_CACHE: "1", A: "1" },
  });
});

test("uses no layer cache by default, and builds in no preview", async () => {
  const { inputs } = await create();
  expect(inputs.build).not.toHaveProperty("cacheFrom");
  expect(inputs.build).not.toHaveProperty("args.BUILDKIT_INLINE_CACHE");
  expect(inputs.buildOnPreview).toBe(false);
});

test("has the same tag whichever cache its layers come from", async () => {
  const { image } = await create();
  expect((await create({ cacheFrom: ["hello.azurecr.io/hello:main"], buildOnPreview: true })).image.tag).toBe(
    image.tag,
  );
});

test("is pushed with the given credentials, the password a secret", async () => {
  const { inputs } = await create({
    loginServer: pulumi.output("hello.azurecr.io"),
    credentials: { username: "user", password: pulumi.secret("refresh") },
  });
  expect(inputs.registry).toEqual({ server: "hello.azurecr.io", username: "user", password: secret("refresh") });
});

test("is pushed with the Docker engine's own sign-in if there are no credentials", async () => {
  expect((await create()).inputs).not.toHaveProperty("registry");
});

describe("on a machine without a Docker engine", () => {
  const usual = process.env.DOCKER_HOST;
  beforeEach(() => (process.env.DOCKER_HOST = `unix://${context}/nobody.sock`));
  afterEach(() => (usual === undefined ? delete process.env.DOCKER_HOST : (process.env.DOCKER_HOST = usual)));
  const provider = "pulumi:providers:docker";

  test("is compared in previews by a provider that connects to no engine", async () => {
    const { resources } = await create({}, true);
    expect(only(resources, provider)).toMatchObject({ name: "hello-no-engine", parent: component });
    expect(only(resources, provider).inputs).toMatchObject({ host: "ssh://no-docker-engine-on-this-machine" });
    expect(only(resources, imageType).provider).toBe(`${provider}::hello-no-engine`);
  });

  test("is built in an update by the usual provider, which names what is missing", async () => {
    expect(labels((await create()).resources)).not.toContain(`${provider}::hello-no-engine`);
  });

  test("is compared by the usual provider if the stack names its engine", async () => {
    pulumi.runtime.setConfig("docker:host", "tcp://builder:2376");
    const { resources } = await create({}, true);
    pulumi.runtime.setConfig("docker:host", undefined as unknown as string);
    expect(labels(resources)).not.toContain(`${provider}::hello-no-engine`);
  });
});

test("needs no engine for its deletion, which does nothing", async () => {
  expect(only((await create()).resources, imageType).retainOnDelete).toBe(true);
});

test("has no digest in a preview that did build it, because only the push decides the digest", async () => {
  const { image, inputs } = await create({ buildOnPreview: true }, true);
  expect(inputs.buildOnPreview).toBe(true);
  expect(await valueOf(image.reference)).toBe(unknown);
});

test("has its tag but no digest in a preview that would build it", async () => {
  const { image, resources, inputs } = await create(
    {
      loginServer: pending<string>(),
      credentials: { username: "user", password: pulumi.secret("") },
    },
    true,
  );
  expect(labels(resources)).toEqual([`${imageType}::hello`, component]);
  expect(image.tag).toMatch(/^[0-9a-f]{12}$/);
  expect(inputs).toMatchObject({ imageName: unknown, registry: { server: unknown, password: secret("") } });
  expect(await valueOf(image.digest)).toBe(unknown);
  expect(await valueOf(image.reference)).toBe(unknown);
});

test.each<[Partial<AppImageArgs>, string[]]>([
  [
    { repository: "Hello" },
    [
      'repository: "Hello" is not a repository: use lower-case letters, digits, and single separators, without a registry host or tag, e.g. "team/hello"',
    ],
  ],
  [
    { tag: "latest" },
    [
      'tag: "latest" does not identify a version: use a version, e.g. "1.4.2", or remove the tag, which is then computed from the content',
    ],
  ],
  [
    { context: "nowhere" },
    [
      'context: "nowhere" is not a folder: use the folder that holds the source and the Dockerfile of the service',
      'dockerfile: "nowhere/Dockerfile" is not a file: use the path of the Dockerfile',
    ],
  ],
  [
    { cacheFrom: ["hello.azurecr.io/hello", "hello:main"] },
    [
      'cacheFrom[1]: "hello:main" is not an image in a registry: use HOST/REPOSITORY:TAG, e.g. "myregistry.azurecr.io/hello:main"',
    ],
  ],
  [{ dockerfile: context }, [`dockerfile: "${context}" is not a file: use the path of the Dockerfile`]],
  [
    { context: dockerfile, dockerfile: "package.json" },
    [
      `context: "${dockerfile}" is not a folder: use the folder that holds the source and the Dockerfile of the service`,
    ],
  ],
])("refuses %j before anything is registered", async (bad, problems) => {
  const cloud = await mockCloud();
  expect(refusal(() => new AppImage("hello", { ...args, ...bad }))).toEqual(problems);
  expect(await cloud.settled()).toEqual([]);
});

describe("the digest of a push", () => {
  test("is the part after the repository", () => {
    expect(digestOf(`localhost:47500/hello@${digest}`)).toBe(digest);
  });

  test.each(["", "hello.azurecr.io/hello:1.4.2", `hello@sha256:${"a".repeat(63)}`, `hello@${digest}x`])(
    'is not found in "%s"',
    (repoDigest) => {
      expect(() => digestOf(repoDigest)).toThrow(
        `the push returned "${repoDigest}" instead of a digest, so the image cannot be pinned: run the update again`,
      );
    },
  );
});

jest.mock("../../../components/registry/manifestDigest.ts");
jest.mock("../../../components/registry/registryBuild.ts", () => ({
  ...jest.requireActual<object>("../../../components/registry/registryBuild.ts"),
  buildInRegistry: jest.fn(),
}));
jest.mock("../../../components/registry/registrySignIn.ts", () => ({
  ...jest.requireActual<object>("../../../components/registry/registrySignIn.ts"),
  exchangeForRefreshToken: jest.fn(),
}));

describe("built in the registry", () => {
  const registryId = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/hello";
  const inRegistry = {
    credentials: { username: "user", password: pulumi.secret("refresh") },
    buildIn: { registryId },
  };
  const builtDigest = `sha256:${"d".repeat(64)}`;
  const look = jest.mocked(manifestDigest);
  const build = jest.mocked(buildInRegistry);
  const exchange = jest.mocked(exchangeForRefreshToken);
  beforeEach(() => {
    jest.resetAllMocks();
    build.mockResolvedValue(builtDigest);
    exchange.mockResolvedValue("refresh");
  });

  async function create(more: Partial<AppImageArgs> = {}, preview = false) {
    const cloud = await mockCloud({ preview });
    const image = new AppImage("hello", { ...args, ...inRegistry, ...more });
    const resources = await cloud.settled();
    return { image, resources };
  }

  it("uses no resource of the Docker provider, and needs no engine", async () => {
    const { image, resources } = await create({ buildArgs: { A: "1" }, target: "final" });
    expect(labels(resources)).toEqual([component]);
    expect(await valueOf(image.reference)).toBe(`hello.azurecr.io/team/hello:${image.tag}@${builtDigest}`);
    expect(build.mock.calls[0]?.[0]).toMatchObject({
      ...{ registryId, loginServer: "hello.azurecr.io", repository: "team/hello", tags: [image.tag] },
      ...{ args: { VERSION: image.tag, A: "1" }, target: "final", platform: "linux/amd64", asCaller: false },
      context: await contextArchive(context, dockerfile),
    });
  });

  it("is built once: the registry keeps the image with the content's tag", async () => {
    look.mockResolvedValue(digest);
    const { image } = await create();
    expect(await valueOf(image.digest)).toBe(digest);
    expect(build).not.toHaveBeenCalled();
    expect(look).toHaveBeenCalledWith("hello.azurecr.io", "refresh", "team/hello", image.tag);
  });

  it("is built again if the wanted tag is on another image, and gets both tags", async () => {
    look.mockImplementation((_, __, ___, tag) => Promise.resolve(tag === "1.4.2" ? digest : undefined));
    const { image } = await create({ tag: "1.4.2", buildIn: { registryId, roleMode: "abac" } });
    expect(await valueOf(image.reference)).toBe(`hello.azurecr.io/team/hello:1.4.2@${builtDigest}`);
    const [{ tags = [], asCaller = false } = {}] = build.mock.calls[0] ?? [];
    expect(tags).toEqual([expect.stringMatching(/^[0-9a-f]{12}$/), "1.4.2"]);
    expect(asCaller).toBe(true);
  });

  it("is looked up in previews, which build nothing; unknown if it is missing or the preview may not read", async () => {
    look.mockResolvedValue(digest);
    expect(await valueOf((await create({}, true)).image.digest)).toBe(digest);
    look.mockResolvedValue(undefined);
    expect(await valueOf((await create({}, true)).image.digest)).toBe(unknown);
    exchange.mockRejectedValue(new Error("401"));
    expect(await valueOf((await create({}, true)).image.digest)).toBe(unknown);
    expect(build).not.toHaveBeenCalled();
  });

  it.each<[string, Partial<AppImageArgs>, string]>([
    ["without credentials", { credentials: undefined }, "buildIn looks up the image in the registry with it"],
    ["in previews", { buildOnPreview: true }, "the registry builds only in updates"],
    ["with a stage name of two words", { target: "a b" }, '"a b" is not the name of a stage'],
    ["with an ARG that the registry would change", { buildArgs: { A: "{{.Run.ID}}" } }, 'must not contain "{{"'],
  ])("refuses %s", async (_, more, words) => {
    await mockCloud();
    expect(() => new AppImage("hello", { ...args, ...inRegistry, ...more })).toThrow(words);
  });
});
