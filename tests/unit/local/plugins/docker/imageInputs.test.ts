import { join } from "node:path";

import { contextDigest } from "../../../../../local/plugins/docker/contextDigest.ts";
import { canBuildInPreview, checkImage, imageSpec } from "../../../../../local/plugins/docker/imageInputs.ts";
import { Secret, unknown } from "../../../../../local/plugins/rpc/wireValues.ts";
import type { Properties } from "../../../../../local/plugins/rpc/wireValues.ts";
import { contextFolder, removeFolders } from "./contextFolder.ts";

afterAll(removeFolders);

const folder = contextFolder({ Dockerfile: "FROM scratch\n", "other.Dockerfile": "FROM scratch\n" });
const imageName = "localhost:1/app:v1";

describe("checkImage", () => {
  it("sets the official plugin's defaults and the context's digest", () => {
    const dockerfile = join(folder, "Dockerfile");
    expect(checkImage({ imageName, build: { context: folder } }, "linux/arm64")).toEqual({
      inputs: {
        imageName,
        buildOnPreview: false,
        build: {
          context: folder,
          dockerfile,
          platform: "linux/arm64",
          contextDigest: contextDigest(folder, dockerfile),
        },
      },
      failures: [],
    });
  });

  it("keeps given inputs, with secrets kept secret", () => {
    const build = {
      context: folder,
      dockerfile: join(folder, "other.Dockerfile"),
      platform: "linux/amd64",
      args: new Secret({ TOKEN: "x" }),
    };
    const password = new Secret("sesame");
    const { inputs } = checkImage({ imageName, build, buildOnPreview: true, registry: { password } }, "x");
    expect(inputs).toMatchObject({ buildOnPreview: true, build, registry: { password } });
  });

  it("has no digest while the context is unknown", () => {
    const { inputs, failures } = checkImage({ imageName: unknown, build: { context: unknown } }, "linux/amd64");
    expect(inputs.build).toEqual({ context: unknown, dockerfile: unknown, platform: "linux/amd64" });
    expect(failures).toEqual([]);
  });

  it.each<[string, Properties, string, string]>([
    ["a missing name", { build: { context: folder } }, "imageName", "missing required property 'imageName'"],
    [
      "a name that cannot be pushed",
      { imageName: "app", build: { context: folder } },
      "imageName",
      `"app": image names have to be fully qualified to be pushed. Prefix the name with the registry's host, for Docker Hub with \`docker.io\`: \`docker.io/repository/image:tag\``,
    ],
    [
      "a missing Dockerfile",
      { imageName, build: { context: "/nowhere" } },
      "build.dockerfile",
      `could not open dockerfile at "/nowhere/Dockerfile"`,
    ],
    [
      "a Dockerfile given from the context",
      { imageName, build: { context: folder, dockerfile: "other.Dockerfile" } },
      "build.dockerfile",
      `could not open dockerfile at "other.Dockerfile". Try setting \`dockerfile\` to "${join(folder, "other.Dockerfile")}"`,
    ],
    [
      "an unknown builder",
      { imageName, build: { context: folder, builderVersion: "BuilderV3" } },
      "build.builderVersion",
      `invalid builder version "BuilderV3": one of BuilderBuildKit, BuilderV1`,
    ],
  ])("refuses %s", (_what, news, property, reason) => {
    expect(checkImage(news, "linux/amd64").failures).toEqual([{ property, reason }]);
  });

  it("accepts any name that is not pushed, or whose registry is set", () => {
    const build = { context: folder };
    expect(checkImage({ imageName: "app", build, skipPush: true }, "x").failures).toEqual([]);
    expect(checkImage({ imageName: "app", build, registry: { server: "localhost:1" } }, "x").failures).toEqual([]);
  });
});

describe("canBuildInPreview", () => {
  const inputs = { imageName, build: { context: folder, dockerfile: "d", args: { A: "1" } } };
  it("requires the inputs that a build needs", () => {
    expect(canBuildInPreview(inputs)).toBe(true);
    expect(canBuildInPreview({ ...inputs, registry: { password: unknown } })).toBe(true);
    expect(canBuildInPreview({ ...inputs, imageName: unknown })).toBe(false);
    expect(canBuildInPreview({ ...inputs, build: { ...inputs.build, args: { A: unknown } } })).toBe(false);
  });
});

it("imageSpec reveals secrets and sets defaults", () => {
  const inputs: Properties = {
    imageName,
    build: new Secret({
      context: "app",
      dockerfile: "app/Dockerfile",
      platform: "linux/amd64",
      args: { A: new Secret("1"), N: 2 },
      cacheFrom: { images: ["localhost:1/app:cache"] },
      addHosts: ["a:1.2.3.4"],
      builderVersion: "BuilderV1",
    }),
    registry: { server: "localhost:1", username: "u", password: new Secret("p") },
  };
  expect(imageSpec(inputs)).toEqual({
    name: imageName,
    context: "app",
    dockerfile: "app/Dockerfile",
    platform: "linux/amd64",
    args: { A: "1", N: "2" },
    target: "",
    network: "",
    addHosts: ["a:1.2.3.4"],
    cacheFrom: ["localhost:1/app:cache"],
    buildKit: false,
    skipPush: false,
    registry: { server: "localhost:1", username: "u", password: "p" },
  });
});
