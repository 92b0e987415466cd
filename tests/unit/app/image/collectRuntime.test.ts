import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { writeRuntime } from "../../../../app/image/collectRuntime.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "runtime-"))));
afterEach(() => rmSync(folder, { recursive: true }));

// On other systems Node reports other kinds of libraries; the script only ever runs in a Linux base image.
const onLinux = process.platform === "linux" ? test : test.skip;

onLinux("what it collects is enough to run Node, holds a numeric user without a shell, and certificates", () => {
  const script = join(import.meta.dirname, "../../../../app/image/collectRuntime.ts");
  const collected = execFileSync(process.execPath, [script, folder], { encoding: "utf8" }).trimEnd().split("\n");
  const [node, ...others] = collected;
  const libraries = others.filter((path) => !path.startsWith("/etc/"));
  expect(node).toBe("/usr/local/bin/node");
  expect(others.slice(libraries.length)).toEqual([
    "/etc/passwd",
    "/etc/group",
    "/etc/nsswitch.conf",
    "/etc/ssl/certs/ca-certificates.crt",
  ]);
  const found = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(found.map((entry) => join("/", relative(folder, entry.parentPath), entry.name)).sort()).toEqual(
    [...collected].sort(),
  );

  // The collected loader, restricted to the collected libraries, lists what it found and runs Node.
  const loader = join(folder, libraries.find((path) => /\/ld-[^/]*$/.test(path)) ?? "no loader");
  const path = [...new Set(libraries.map((library) => join(folder, dirname(library))))].join(":");
  const code = "console.log(process.report.getReport().sharedObjects.join())";
  const loaded = execFileSync(loader, ["--library-path", path, join(folder, "usr/local/bin/node"), "-e", code], {
    encoding: "utf8",
  });
  const outside = loaded
    .trim()
    .split(",")
    .filter((library) => library.startsWith("/") && !library.startsWith(folder));
  expect(outside).toEqual([]);

  expect(readFileSync(join(folder, "etc/passwd"), "utf8")).toBe("app:x:10001:10001:app:/app:/sbin/nologin\n");
  const certificates = readFileSync(join(folder, "etc/ssl/certs/ca-certificates.crt"), "utf8");
  expect(certificates.match(/-----BEGIN CERTIFICATE-----/g)?.length).toBeGreaterThan(50);
});

test("writes files with the given modes, regardless of the source, and with one timestamp", () => {
  const source = join(folder, "source");
  writeFileSync(source, "content", { mode: 0o644 });
  execFileSync("chmod", ["4755", source]);
  const root = join(folder, "root");
  writeRuntime(root, [
    { path: "/lib/deep/copied", from: { file: source }, mode: 0o755 },
    { path: "/etc/text", from: { text: "written" }, mode: 0o644 },
  ]);
  const at = (path: string) => statSync(join(root, path));
  expect(readFileSync(join(root, "lib/deep/copied"), "utf8")).toBe("content");
  expect(readFileSync(join(root, "etc/text"), "utf8")).toBe("written");
  expect(at("lib/deep/copied").mode & 0o7777).toBe(0o755);
  expect(at("etc/text").mode & 0o7777).toBe(0o644);
  expect(at("tmp").mode & 0o7777).toBe(0o1777);
  const times = ["lib", "lib/deep", "lib/deep/copied", "etc", "etc/text", "tmp"].map((path) => at(path).mtimeMs);
  expect(new Set(times).size).toBe(1);
  expect(existsSync(join(root, "source"))).toBe(false);
});
