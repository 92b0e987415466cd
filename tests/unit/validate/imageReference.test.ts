import fc from "fast-check";
import {
  parseImageReference,
  pinnedImageProblem,
  plainRegistryHost,
  pullSource,
  registryImageProblem,
  repositoryProblem,
  splitImageReference,
  tagProblem,
} from "../../../validate/imageReference.ts";

const sha256 = `sha256:${"a".repeat(64)}`;

describe("an image reference", () => {
  test.each([
    ["nginx", { path: "nginx" }],
    ["nginx:1.29", { path: "nginx", tag: "1.29" }],
    ["library/nginx:1.29", { path: "library/nginx", tag: "1.29" }],
    ["localhost/app:x", { host: "localhost", path: "app", tag: "x" }],
    ["localhost:47500/app", { host: "localhost:47500", path: "app" }],
    ["localhost:47500/team/app:v1", { host: "localhost:47500", path: "team/app", tag: "v1" }],
    ["[fd00::1]:5000/app", { host: "[fd00::1]:5000", path: "app" }],
    ["Builder/app", { host: "Builder", path: "app" }],
    ["reg.azurecr.io/a/b/c:1.2", { host: "reg.azurecr.io", path: "a/b/c", tag: "1.2" }],
    ["a__b/c--d.e_f", { path: "a__b/c--d.e_f" }],
    [`app@${sha256}`, { path: "app", digest: sha256 }],
    [`10.0.0.1:5000/app:v1@${sha256}`, { host: "10.0.0.1:5000", path: "app", tag: "v1", digest: sha256 }],
    [`app@sha512:${"b".repeat(128)}`, { path: "app", digest: `sha512:${"b".repeat(128)}` }],
  ])("%s is parsed", (text, parts) => {
    expect(parseImageReference(text)).toEqual(parts);
  });

  test.each([
    "",
    ":v1",
    "app:",
    "a b",
    "app:v 1",
    `app:${"t".repeat(129)}`,
    "reg.io//app",
    "reg.io/app/",
    "reg.io/App:v1",
    "App",
    "a..b",
    "a___b",
    "-app",
    "https://reg.io/app",
    "-reg.io/app",
    "reg.io:port/app",
    `reg.io/${"p".repeat(256)}`,
    "app@",
    "app@sha256:abc",
    `app@sha256:${"A".repeat(64)}`,
    `app@md5:${"a".repeat(32)}`,
    `app@${sha256}@${sha256}`,
    "a".repeat(64),
  ])("%j is invalid", (text) => {
    expect(parseImageReference(text)).toBeUndefined();
  });

  test("that is composed of parts is parsed into the same parts", () => {
    const word = fc.stringMatching(/^[a-z0-9]{1,8}([._-][a-z0-9]{1,8})?$/);
    const parts = fc.record(
      {
        host: fc.stringMatching(/^([a-z0-9]{1,8}\.[a-z]{2,5}(:\d{2,5})?|localhost)$/),
        path: fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join("/")),
        tag: fc.stringMatching(/^\w[\w.-]{0,20}$/),
        digest: fc.stringMatching(/^sha256:[0-9a-f]{64}$/),
      },
      { requiredKeys: ["path"] },
    );
    // Without a host before it, a first part with a dot would be the host.
    const unambiguous = parts.filter(
      ({ host, path }) => host !== undefined || !/^[^/]*\.[^/]*\/|^localhost\//.test(path),
    );
    fc.assert(
      fc.property(unambiguous, (reference) => {
        const { host, path, tag, digest } = reference;
        const text = `${host ? `${host}/` : ""}${path}${tag ? `:${tag}` : ""}${digest ? `@${digest}` : ""}`;
        expect(parseImageReference(text)).toEqual(reference);
      }),
    );
  });
});

describe("a text that is not a reference", () => {
  test.each([
    ["", { path: "" }],
    ["app:", { path: "app", tag: "" }],
    ["shop.azurecr.io/App:1.2@sha256:abc", { host: "shop.azurecr.io", path: "App", tag: "1.2", digest: "sha256:abc" }],
  ])("%j is split anyway", (text, parts) => {
    expect(splitImageReference(text)).toEqual(parts);
  });
});

describe("an image is pulled", () => {
  test.each([
    ["node", "docker.io", "library/node"],
    ["team/app:1.0", "docker.io", "team/app"],
    ["docker.io/node", "docker.io", "library/node"],
    ["index.docker.io/team/app", "docker.io", "team/app"],
    ["localhost:5000/app", "localhost:5000", "app"],
    ["reg.azurecr.io/team/app:v1", "reg.azurecr.io", "team/app"],
  ])("for %s from %s, repository %s", (text, host, repository) => {
    expect(pullSource(splitImageReference(text))).toEqual({ host, repository });
  });
});

test.each([
  ["mine.azurecr.io", "mine.azurecr.io"],
  ["https://mine.azurecr.io/v2/", "mine.azurecr.io"],
  ["localhost:5000/v2/", "localhost:5000"],
  ["https://index.docker.io/v1/", "docker.io"],
  ["registry-1.docker.io", "docker.io"],
  ["docker.io", "docker.io"],
  ["index.docker.io.example.com", "index.docker.io.example.com"],
])("the registry at %s is the one of host %s", (address, host) => expect(plainRegistryHost(address)).toBe(host));

const parts = {
  "a repository": {
    problem: repositoryProblem,
    good: ["hello", "team/hello", "a/b/c", "a.b", "a_b", "a__b", "a-b", "a---b", "0", "a".repeat(255)],
    bad: [
      "",
      "/",
      "Hello",
      "team//hello",
      "/hello",
      "hello/",
      "a..b",
      "a___b",
      "a._b",
      "-a",
      "a-",
      "a:1",
      "a@b",
      "a b",
      "a".repeat(256),
    ],
    message: (value: string) =>
      `"${value}" is not a repository: use lower-case letters, digits, and single separators, without a registry host or tag, e.g. "team/hello"`,
  },
  "a tag": {
    problem: tagProblem,
    good: ["1", "1.4.2", "v1", "_a", "LATEST", "latest-1", "a".repeat(128)],
    bad: ["", ".1", "-1", "1.4+2", "a b", "a/b", "a:b", "a".repeat(129)],
    message: (value: string) =>
      `"${value}" is not a tag: use up to 128 letters, digits, ".", "_", and "-", not starting with "." or "-", e.g. "1.4.2"`,
  },
  "an image in a registry": {
    problem: registryImageProblem,
    good: [
      "reg.azurecr.io/hello",
      "localhost/hello:main",
      "localhost:5000/team/hello:1",
      `reg.azurecr.io/hello:1@${sha256}`,
    ],
    bad: ["hello", "hello:main", "team/hello:main"],
    message: (value: string) =>
      `"${value}" is not an image in a registry: use HOST/REPOSITORY:TAG, e.g. "myregistry.azurecr.io/hello:main"`,
  },
};

describe.each(Object.entries(parts))("%s", (_, { problem, good, bad, message }) => {
  test.each(good)("can be %j", (value) => {
    expect(problem(value)).toBeUndefined();
  });

  test.each(bad)("cannot be %j", (value) => {
    expect(problem(value)).toBe(message(value));
  });
});

test("a tag never changes the meaning of the reference", () => {
  expect(tagProblem("latest")).toBe(
    '"latest" does not identify a version: use a version, e.g. "1.4.2", or remove the tag, which is then computed from the content',
  );
});

describe("an exact image", () => {
  const allowed = "use HOST/REPOSITORY:TAG@DIGEST, e.g. myregistry.azurecr.io/hello:1.4.2@sha256:...";
  const sha = `@sha256:${"0".repeat(64)}`;
  const noHost = (image: string) =>
    `"${image}" has no registry host, so nodes would pull it from Docker Hub: ${allowed}`;
  const inexact = (image: string) => `"${image}" does not have both a tag and a digest: ${allowed}`;
  const latest = (image: string) => `"${image}" has the tag "latest", which does not identify a version: ${allowed}`;

  test.each<[string, string | undefined]>([
    [`hello.azurecr.io/team/hello:1.4.2${sha}`, undefined],
    [`localhost:47500/hello:1.4.2${sha}`, undefined],
    [`localhost/hello:1.4.2${sha}`, undefined],
    [`MYREG.azurecr.io/hello:1.4.2${sha}`, undefined],
    ...[`hello:1.4.2${sha}`, `team/hello:1.4.2${sha}`].map((image): [string, string] => [image, noHost(image)]),
    ...["hello.azurecr.io/hello:latest", `hello.azurecr.io/hello:latest${sha}`].map((image): [string, string] => [
      image,
      latest(image),
    ]),
    ...["hello.azurecr.io/hello", "hello.azurecr.io/hello:1.4.2", `hello.azurecr.io/hello${sha}`].map(
      (image): [string, string] => [image, inexact(image)],
    ),
  ])("%s", (image, problem) => {
    expect(pinnedImageProblem(image)).toBe(problem);
  });
});

describe("a reference that no runtime can read (InvalidImageName)", () => {
  const allowed = 'use HOST/REPOSITORY:TAG, e.g. "myregistry.azurecr.io/hello:main"';
  test.each([
    ["https://reg.azurecr.io/hello:1", `begins with "https://", which no image reference has: ${allowed}`],
    [
      "reg.azurecr.io/Team/Hello:1",
      'has upper-case letters in its repository (InvalidImageName): use lower case, "team/hello"',
    ],
    ["Hello:1", 'has upper-case letters in its repository (InvalidImageName): use lower case, "hello"'],
    ["reg.azurecr.io/hello :1", `has white space in it: ${allowed}`],
    ["reg.azurecr.io/hello:", `has the invalid tag "": ${allowed}`],
    ["reg.azurecr.io/hello:1+2", `has the invalid tag "1+2": ${allowed}`],
    [
      "reg.azurecr.io/hello:1@sha256:12",
      `has an invalid digest (use sha256: and 64 hexadecimal digits in lower case): ${allowed}`,
    ],
    ["MyReg/hello:1", `begins with "MyReg", which is not the host of a registry: ${allowed}`],
    ["reg.azurecr.io/", `is not an image reference: ${allowed}`],
    ["", `is not an image reference: ${allowed}`],
  ])("%j %s", (text, problem) => {
    expect(registryImageProblem(text)).toBe(`"${text}" ${problem}`);
  });
});

describe("a repository that contains a host", () => {
  test.each([
    ["reg.azurecr.io/team/hello", "team/hello"],
    ["localhost/hello", "hello"],
    ["docker.io/library/node", "library/node"],
  ])("%s would be pushed below the stack's own registry", (text, rest) => {
    expect(repositoryProblem(text)).toBe(
      `"${text}" begins with the host of a registry, to which it would be added: use "${rest}", and set the registry with registryName, existingRegistry, or registryServer`,
    );
  });

  test.each(["my.team/hello", "v1.2/hello"])("%s contains none", (text) => {
    expect(repositoryProblem(text)).toBeUndefined();
  });
});
