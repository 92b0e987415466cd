import { chmodSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";

import { extract } from "tar-stream";

import { contextTar, relativeDockerfile } from "../../../../../local/plugins/docker/contextTar.ts";
import { contextFolder, removeFolders } from "./contextFolder.ts";

afterAll(removeFolders);

async function archive(folder: string, dockerfile = join(folder, "Dockerfile")) {
  const made = contextTar(folder, dockerfile);
  return { bytes: await buffer(made.archive), dockerfile: made.dockerfile };
}

async function entries(bytes: Buffer): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const reader = extract();
  reader.end(bytes);
  for await (const entry of reader) {
    const { name, type, mode, uid, gid, linkname, mtime } = entry.header;
    expect({ uid, gid, mtime }).toEqual({ uid: 0, gid: 0, mtime: new Date("1980-01-01T00:00:00Z") });
    const content = (await buffer(entry)).toString();
    found[name] = `${type} ${mode.toString(8)} ${type === "symlink" ? linkname : content}`;
  }
  return found;
}

const files = {
  Dockerfile: "FROM scratch\n",
  "bin/run": "#!/bin/sh\n",
  link: "-> bin/run",
  ".dockerignore": "*.md\n",
  "a.md": "",
};

it("has files, folders and links with their modes, and nothing ignored", async () => {
  const folder = contextFolder(files);
  chmodSync(join(folder, "bin"), 0o755);
  const { bytes, dockerfile } = await archive(folder);
  expect(dockerfile).toBe("Dockerfile");
  expect(await entries(bytes)).toEqual({
    ".dockerignore": "file 644 *.md\n",
    Dockerfile: "file 644 FROM scratch\n",
    "bin/": "directory 755 ",
    "bin/run": "file 755 #!/bin/sh\n",
    link: "symlink 777 bin/run",
  });
});

it("is byte for byte the same, wherever and whenever the files were created", async () => {
  const [one, other] = [contextFolder(files), contextFolder(files)];
  utimesSync(join(one, "bin/run"), 1, 1);
  expect((await archive(one)).bytes.equals((await archive(other)).bytes)).toBe(true);
});

it("has the Dockerfile even if it is ignored or outside the context", async () => {
  const ignoring = contextFolder({ ".dockerignore": "*\n!a\n", Dockerfile: "FROM x\n", a: "" });
  expect(Object.keys(await entries((await archive(ignoring)).bytes))).toEqual(["Dockerfile", "a"]);

  const outside = join(contextFolder({ "x.Dockerfile": "FROM y\n" }), "x.Dockerfile");
  const { bytes, dockerfile } = await archive(ignoring, outside);
  expect(dockerfile).toMatch(/^\.dockerfile\.[0-9a-f]{20}$/);
  expect(await entries(bytes)).toEqual({ [dockerfile]: "file 644 FROM y\n", a: "file 644 " });
});

it("fails when a file cannot be read", () => {
  const folder = contextFolder({ a: "" });
  expect(() => contextTar(folder, join(folder, "Dockerfile"))).toThrow(/ENOENT/);
});

it("returns the Dockerfile's path relative to the context", () => {
  expect(relativeDockerfile("app", "app/docker/prod.Dockerfile")).toBe("docker/prod.Dockerfile");
  expect(relativeDockerfile("./app", "Dockerfile")).toBe("../Dockerfile");
});
