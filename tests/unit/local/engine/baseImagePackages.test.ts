import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type * as Packages from "../../../../local/engine/baseImagePackages.ts";
import { findProgram } from "../../../../local/host/command.ts";

jest.mock("../../../../local/host/command.ts", () => {
  const actual = jest.requireActual<object>("../../../../local/host/command.ts");
  return { ...actual, findProgram: jest.fn((name: string) => `/bin/${name}`) };
});

const archives = {
  "npm-11.19.1": ["bin/npm-cli.js", "bin/npx-cli.js"],
  "corepack-0.34.6": ["dist/corepack.js"],
  "yarn-1.22.22": ["bin/yarn", "bin/yarnpkg"],
};
const folder = mkdtempSync(join(tmpdir(), "base-image-packages-"));
const cache = join(folder, "cache", "base-image-packages");
let packages: typeof Packages;

/** An archive like the npm registry's. */
function makeArchive(name: string, files: readonly string[]): string {
  const source = join(folder, "sources", name);
  for (const file of files) {
    mkdirSync(dirname(join(source, "package", file)), { recursive: true });
    writeFileSync(join(source, "package", file), `${name} ${file}`, { mode: 0o600 });
  }
  execFileSync("tar", ["-czf", `${source}.tgz`, "-C", source, "package"]);
  return `${source}.tgz`;
}

beforeAll(async () => {
  process.env.TARMAC_CACHE = join(folder, "cache");
  packages = await import("../../../../local/engine/baseImagePackages.ts");
});
afterAll(() => {
  delete process.env.TARMAC_CACHE;
  rmSync(folder, { recursive: true });
});

it("does not put an unexpected archive into the cache", async () => {
  const fake = join(folder, "npm");
  const made = Object.entries(archives).map(([name, files]) => makeArchive(name, files));
  // Replaces `npm pack`: puts other archives of these names into the destination.
  writeFileSync(fake, `#!/bin/sh\ncp ${made.join(" ")} "$4"\n`);
  chmodSync(fake, 0o755);
  jest.mocked(findProgram).mockReturnValueOnce(fake);
  await expect(packages.writePackages(join(folder, "refused"))).rejects.toThrow(
    /^npm@11\.19\.1 from the npm registry has sha512-\S+; expected sha512-ztsxKxt/,
  );
  expect(existsSync(join(cache, "npm-11.19.1.tgz"))).toBe(false);
});

it("unpacks the archives of the cache to the paths of the official image", async () => {
  mkdirSync(cache, { recursive: true });
  for (const [name, files] of Object.entries(archives)) {
    copyFileSync(makeArchive(name, files), join(cache, `${name}.tgz`));
  }
  const root = join(folder, "root");
  await packages.writePackages(root);
  const bin = join(root, "usr/local/bin");
  expect(readlinkSync(join(bin, "npm"))).toBe("../lib/node_modules/npm/bin/npm-cli.js");
  expect(readlinkSync(join(bin, "yarn"))).toBe("/opt/yarn-v1.22.22/bin/yarn");
  expect(readFileSync(join(bin, "npx"), "utf8")).toBe("npm-11.19.1 bin/npx-cli.js");
  expect(readFileSync(join(bin, "corepack"), "utf8")).toBe("corepack-0.34.6 dist/corepack.js");
  expect(statSync(join(bin, "npm")).mode & 0o777).toBe(0o755);
  expect(statSync(join(root, "opt/yarn-v1.22.22/bin/yarnpkg")).mode & 0o777).toBe(0o755);
});
