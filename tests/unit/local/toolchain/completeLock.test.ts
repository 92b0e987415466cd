import { readFileSync } from "node:fs";
import { missingOptional, platformOf, type Lock } from "../../../../local/toolchain/completeLock.ts";

it("finds the optional packages that the lock leaves out, also below a package's own folder", () => {
  const lock: Lock = {
    packages: {
      "": {},
      "node_modules/core": {
        dev: true,
        optionalDependencies: { "core-darwin-arm64": "1.2.3", "core-linux-x64-gnu": "1.2.3" },
      },
      "node_modules/core-linux-x64-gnu": { version: "1.2.3" },
      "node_modules/a/node_modules/b": { optionalDependencies: { c: "2.0.0", d: "2.0.0" } },
      "node_modules/a/node_modules/c": { version: "2.0.0" },
      "node_modules/d": { version: "2.0.0" },
    },
  };
  expect(missingOptional(lock)).toEqual({
    "node_modules/core-darwin-arm64": { version: "1.2.3", os: ["darwin"], cpu: ["arm64"], dev: true, optional: true },
  });
});

it("refuses a range, because its version is unknown", () => {
  const lock: Lock = { packages: { "node_modules/a": { optionalDependencies: { b: "^1.0.0" } } } };
  expect(() => missingOptional(lock)).toThrow("node_modules/a wants b ^1.0.0: only exact versions can be completed");
});

it.each([
  ["@swc/core-linux-arm64-musl", { os: ["linux"], cpu: ["arm64"], libc: ["musl"] }],
  ["@swc/core-linux-x64-gnu", { os: ["linux"], cpu: ["x64"], libc: ["glibc"] }],
  ["@swc/core-win32-ia32-msvc", { os: ["win32"], cpu: ["ia32"] }],
  ["@unrs/resolver-binding-linux-arm-gnueabihf", { os: ["linux"], cpu: ["arm"] }],
  ["@unrs/resolver-binding-wasm32-wasi", { cpu: ["wasm32"] }],
  ["fsevents", {}],
])("reads the platform from %s", (name, platform) => {
  expect(platformOf(name)).toEqual(platform);
});

describe("package-lock.json", () => {
  const lock = JSON.parse(readFileSync("package-lock.json", "utf8")) as Lock;

  it("names every optional package, so that npm ci accepts it on every platform (fix: npm run complete-lock)", () => {
    expect(Object.keys(missingOptional(lock))).toEqual([]);
  });

  it("contains no download addresses", () => {
    // A link names its folder in the checkout.
    const fetched = Object.values(lock.packages).filter(({ link }) => link !== true);
    expect(fetched.filter(({ resolved }) => resolved !== undefined)).toEqual([]);
  });
});
