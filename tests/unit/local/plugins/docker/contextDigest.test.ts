import { createHash } from "node:crypto";
import { chmodSync, renameSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { contextDigest, goFileMode } from "../../../../../local/plugins/docker/contextDigest.ts";
import { contextFolder, removeFolders } from "./contextFolder.ts";

afterAll(removeFolders);

const digest = (folder: string, dockerfile = "Dockerfile") => contextDigest(folder, join(folder, dockerfile));
const sha256 = (text: string) => createHash("sha256").update(text).digest();

it("is the official plugin's: name, Go's mode and content of each file, the Dockerfile first under its usual name", () => {
  const folder = contextFolder({ "my.Dockerfile": "FROM scratch\n", "a/run.sh": "#!/bin/sh\n", "b.txt": "b" });
  const parts = [
    ["Dockerfile", "----------", "FROM scratch\n"],
    ["a/run.sh", "-rwxr-xr-x", "#!/bin/sh\n"],
    ["b.txt", "-rw-r--r--", "b"],
    ["my.Dockerfile", "-rw-r--r--", "FROM scratch\n"],
  ];
  const whole = createHash("sha256");
  for (const [name = "", mode = "", content = ""] of parts) {
    whole.update(name).update(mode).update(sha256(content)).update("\0");
  }
  expect(digest(folder, "my.Dockerfile")).toBe(whole.digest("hex"));
});

describe("changes with", () => {
  const files = { Dockerfile: "FROM scratch\n", "a.txt": "a", link: "-> a.txt", ".dockerignore": "ignored\n" };
  it.each<[string, (folder: string) => void]>([
    ["a file's content", (folder) => writeFileSync(join(folder, "a.txt"), "b")],
    ["a file's name", (folder) => renameSync(join(folder, "a.txt"), join(folder, "b.txt"))],
    ["a file's mode", (folder) => chmodSync(join(folder, "a.txt"), 0o755)],
    ["a new file", (folder) => writeFileSync(join(folder, "new"), "")],
    ["the Dockerfile", (folder) => writeFileSync(join(folder, "Dockerfile"), "FROM other\n")],
  ])("%s", (_what, change) => {
    const folder = contextFolder(files);
    const before = digest(folder);
    change(folder);
    expect(digest(folder)).not.toBe(before);
  });

  it("nothing else: times, ignored files, or the folder's path", () => {
    const folder = contextFolder(files);
    const before = digest(folder);
    utimesSync(join(folder, "a.txt"), 1, 1);
    writeFileSync(join(folder, "ignored"), "x");
    expect(digest(folder)).toBe(before);
    const plain = { Dockerfile: "FROM scratch\n", "a.txt": "a" };
    expect(digest(contextFolder(plain))).toBe(digest(contextFolder(plain)));
  });
});

it("includes a Dockerfile that is ignored or in another folder", () => {
  const folder = contextFolder({ ".dockerignore": "Dockerfile\n", Dockerfile: "FROM a\n" });
  const before = digest(folder);
  writeFileSync(join(folder, "Dockerfile"), "FROM b\n");
  expect(digest(folder)).not.toBe(before);
  const outside = contextFolder({ "x.Dockerfile": "FROM b\n", "y.Dockerfile": "FROM b\n" });
  expect(contextDigest(folder, join(outside, "x.Dockerfile"))).toBe(
    contextDigest(folder, join(outside, "y.Dockerfile")),
  );
});

it("accepts a broken link", () => {
  const folder = contextFolder({ Dockerfile: "FROM scratch\n", link: "-> nowhere" });
  expect(digest(folder)).toMatch(/^[0-9a-f]{64}$/);
});

it.each([
  [0o100644, false, "-rw-r--r--"],
  [0o100755, false, "-rwxr-xr-x"],
  [0o120777, true, "Lrwxrwxrwx"],
  [0o104755, false, "urwxr-xr-x"],
  [0o103755, false, "gtrwxr-xr-x"],
])("writes the mode %o as Go does", (mode, link, expected) => {
  expect(goFileMode({ mode, isSymbolicLink: () => link })).toBe(expected);
});
