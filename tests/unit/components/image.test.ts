import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
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

test("is tagged by its content, can tell its version, and is pushed, but not in a preview", async () => {
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

test("runs by digest: a pushed-over tag changes nothing", async () => {
  const { image, resources } = await create({ tag: "1.4.2" });
  const reference = `hello.azurecr.io/team/hello:1.4.2@${digest}`;
  expect(await valueOf(image.digest)).toBe(digest);
  expect(await valueOf(image.reference)).toBe(reference);
  expect(only(resources, "tarmac:docker:AppImage").outputs).toEqual({ tag: "1.4.2", digest, reference });
});

test("is built as it is told: Dockerfile, arguments, stage, platform, tag", async () => {
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

test("takes over the layers of other images, and carries what the next build takes over", async () => {
  const { inputs } = await create({ cacheFrom: ["hello.azurecr.io/hello:main"], buildArgs: { A: "1" } });
  expect(inputs.build).toMatchObject({
    cacheFrom: { images: ["hello.azurecr.io/hello:main"] },
    args: { VERSION: expect.any(String) as string, BUILDKIT_INLINE_CACHE: "1", A: "1" },
  });
});

test("does without both unless it is asked for, and builds in no preview", async () => {
  const { inputs } = await create();
  expect(inputs.build).not.toHaveProperty("cacheFrom");
  expect(inputs.build).not.toHaveProperty("args.BUILDKIT_INLINE_CACHE");
  expect(inputs.buildOnPreview).toBe(false);
});

test("has the same tag wherever its layers come from", async () => {
  const { image } = await create();
  expect((await create({ cacheFrom: ["hello.azurecr.io/hello:main"], buildOnPreview: true })).image.tag).toBe(
    image.tag,
  );
});

test("is pushed with the credentials it is given, the password a secret", async () => {
  const { inputs } = await create({
    loginServer: pulumi.output("hello.azurecr.io"),
    credentials: { username: "user", password: pulumi.secret("refresh") },
  });
  expect(inputs.registry).toEqual({ server: "hello.azurecr.io", username: "user", password: secret("refresh") });
});

test("is pushed as whoever the Docker engine is signed in as, without credentials", async () => {
  expect((await create()).inputs).not.toHaveProperty("registry");
});

test("has no digest either in a preview that did build it: what the push makes of it only an update tells", async () => {
  const { image, inputs } = await create({ buildOnPreview: true }, true);
  expect(inputs.buildOnPreview).toBe(true);
  expect(await valueOf(image.reference)).toBe(unknown);
});

test("has its tag and no digest yet in a preview that would build it", async () => {
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
  test("is what follows the repository", () => {
    expect(digestOf(`localhost:47500/hello@${digest}`)).toBe(digest);
  });

  test.each(["", "hello.azurecr.io/hello:1.4.2", `hello@sha256:${"a".repeat(63)}`, `hello@${digest}x`])(
    'cannot be told from "%s"',
    (repoDigest) => {
      expect(() => digestOf(repoDigest)).toThrow(
        `the push returned "${repoDigest}" instead of a digest, so the image cannot be pinned: run the update again`,
      );
    },
  );
});
