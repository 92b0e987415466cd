import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { archivedDockerfile, contextArchive } from "../../../../components/image/contextArchive.ts";

const root = mkdtempSync(join(tmpdir(), "context-archive-"));
afterAll(() => rmSync(root, { recursive: true }));

const context = join(root, "context");
mkdirSync(join(context, "src"), { recursive: true });
mkdirSync(join(context, "empty"));
writeFileSync(join(context, "Dockerfile"), "FROM scratch\n");
writeFileSync(join(context, "src/main.js"), "console.log(1)\n");
writeFileSync(join(context, "start.sh"), "#!/bin/sh\n");
chmodSync(join(context, "start.sh"), 0o755);
symlinkSync("src/main.js", join(context, "main.js"));
writeFileSync(join(context, "secret.env"), "TOKEN=1\n");
writeFileSync(join(context, ".dockerignore"), "*.env\n");

/** Unpacks an archive with tar. @returns its folder */
function unpacked(archive: Buffer): string {
  const folder = mkdtempSync(join(root, "unpacked-"));
  execFileSync("tar", ["--extract", "--gzip", "--file", "-", "--directory", folder], { input: archive });
  return folder;
}

test("contains the files of the context with their permissions, without the ignored ones", async () => {
  const folder = unpacked(await contextArchive(context, join(context, "Dockerfile")));
  expect(readFileSync(join(folder, "src/main.js"), "utf8")).toBe("console.log(1)\n");
  expect(readlinkSync(join(folder, "main.js"))).toBe("src/main.js");
  expect(statSync(join(folder, "empty")).isDirectory()).toBe(true);
  expect(statSync(join(folder, "start.sh")).mode & 0o777).toBe(0o755);
  expect(statSync(join(folder, "src/main.js")).mode & 0o111).toBe(0);
  expect(() => statSync(join(folder, "secret.env"))).toThrow("ENOENT");
});

test("adds the Dockerfile, even one from outside the context, and hides it from COPY", async () => {
  const outside = join(root, "other file");
  writeFileSync(outside, "FROM scratch\nUSER 10001\n");
  const folder = unpacked(await contextArchive(context, outside));
  expect(readFileSync(join(folder, archivedDockerfile), "utf8")).toBe("FROM scratch\nUSER 10001\n");
  expect(readFileSync(join(folder, `${archivedDockerfile}.dockerignore`), "utf8")).toBe(".tarmac.Dockerfile*\n");
});

test("is equal for equal files, whatever their times", async () => {
  const dockerfile = join(context, "Dockerfile");
  const first = await contextArchive(context, dockerfile);
  writeFileSync(join(context, "src/main.js"), "console.log(1)\n");
  expect(await contextArchive(context, dockerfile)).toEqual(first);
});
