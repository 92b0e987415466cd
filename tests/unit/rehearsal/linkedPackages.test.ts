import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { linkPackages } from "../../rehearsal/linkedPackages.ts";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "tarmac-test-")));
afterAll(() => rmSync(folder, { recursive: true }));

const [checkout, clone] = [join(folder, "checkout"), join(folder, "clone")];
const write = (path: string, text: string) => {
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
};
for (const root of [checkout, clone]) {
  write(join(root, "package-lock.json"), "{}");
  write(join(root, "ops", "tarmac.js"), `// of ${root}`);
}
write(join(checkout, "node_modules", "yaml", "index.js"), "// yaml");
for (const [name, target] of [
  ["@tarmac/ops", "../../ops"],
  [".bin/tarmac", "../@tarmac/ops/tarmac.js"],
] as const) {
  mkdirSync(join(checkout, "node_modules", name, ".."), { recursive: true });
  symlinkSync(target, join(checkout, "node_modules", name));
}

it("links others' packages to the checkout, and the workspace's own to the clone", () => {
  linkPackages(checkout, clone);
  expect(realpathSync(join(clone, "node_modules", "yaml"))).toBe(join(checkout, "node_modules", "yaml"));
  expect(readFileSync(join(clone, "node_modules", ".bin", "tarmac"), "utf8")).toBe(`// of ${clone}`);
  expect(readlinkSync(join(clone, "node_modules", "@tarmac", "ops"))).toBe("../../ops");
});

it("does nothing if packages are installed, and refuses a clone that needs others", () => {
  linkPackages(checkout, clone);
  expect(lstatSync(join(clone, "node_modules")).isDirectory()).toBe(true);
  writeFileSync(join(clone, "package-lock.json"), '{ "packages": {} }');
  expect(() => linkPackages(checkout, clone)).toThrow("package-lock.json differs from that of the checkout");
});
