import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import type Docker from "dockerode";
import { extract, pack } from "tar-stream";
import { isArchive, loadArchive } from "../../../../../ops/checkImage/engine/loadArchive.ts";

const folder = mkdtempSync(join(tmpdir(), "tarmac-archives-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function tar(files: Record<string, string>): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of Object.entries(files)) archive.entry({ name }, content);
  archive.finalize();
  return buffer(archive);
}

async function archive(name: string, files: Record<string, string>, compress = false): Promise<string> {
  const path = join(folder, name);
  const bytes = await tar(files);
  writeFileSync(path, compress ? gzipSync(bytes) : bytes);
  return path;
}

/** The files of the archive that an engine received. */
async function filesOf(bytes: Buffer): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  const entries = Readable.from([bytes]).pipe(extract());
  for await (const entry of entries) files[entry.header.name] = (await buffer(entry)).toString();
  return files;
}

/** An engine that keeps the archive, and answers with these lines. */
function engine(says: (files: Record<string, string>) => object[]) {
  const loaded: Record<string, string>[] = [];
  const removed: string[] = [];
  const docker = {
    loadImage: async (stream: Readable) => {
      const files = await filesOf(await buffer(stream));
      loaded.push(files);
      return says(files);
    },
    modem: {
      followProgress: (lines: object[], done: (error: Error | null) => void, each: (line: object) => void) => {
        lines.forEach(each);
        done(null);
      },
    },
    getImage: (name: string) => ({
      remove: () => {
        removed.push(name);
        return Promise.resolve();
      },
    }),
  };
  return { docker: docker as unknown as Docker, loaded, removed };
}

const silent = () => undefined;
const saved = {
  "manifest.json": '[{"Config":"c.json","RepoTags":["hello:1"],"Layers":["l.tar"]}]',
  "c.json": "{}",
  "l.tar": "x",
};
const blob = (digit: string) => `sha256:${digit.repeat(64)}`;
const at = (digit: string) => `blobs/sha256/${digit.repeat(64)}`;

it.each([
  ["of docker save", "saved.tar", false],
  ["compressed with gzip", "saved.tar.gz", true],
  ["compressed with gzip, under another name", "packed.tar", true],
])("loads an archive %s", async (_, name, compress) => {
  const path = await archive(name, saved, compress);
  await expect(isArchive(path)).resolves.toBe(true);
  const { docker, loaded, removed } = engine(() => [{ stream: "Loaded image: hello:1\n" }]);
  const { variants, release } = await loadArchive(docker, path, silent);
  expect(variants).toEqual([{ reference: "hello:1", shown: "hello:1" }]);
  expect(Object.keys(loaded[0] ?? {})).toContain("manifest.json");
  await release();
  expect(removed).toEqual(["hello:1"]);
});

it("names an image without a name after its file", async () => {
  const path = await archive("nameless.tar", saved);
  const { docker } = engine(() => [{ stream: `Loaded image ID: ${blob("a")}\n` }]);
  expect((await loadArchive(docker, path, silent)).variants).toEqual([{ reference: blob("a"), shown: path }]);
});

it("loads each platform of an OCI layout by itself, and leaves attestations out", async () => {
  const manifest = (config: string, layer: string) =>
    JSON.stringify({ config: { digest: blob(config) }, layers: [{ digest: blob(layer) }] });
  const path = await archive("layout.tar", {
    "oci-layout": "{}",
    "index.json": JSON.stringify({ manifests: [{ digest: blob("1") }] }),
    [at("1")]: JSON.stringify({
      manifests: [
        { digest: blob("2"), platform: { os: "linux", architecture: "amd64" } },
        { digest: blob("3"), platform: { os: "linux", architecture: "arm64" } },
        { digest: blob("4"), platform: { os: "unknown", architecture: "unknown" } },
        { digest: blob("9"), platform: { os: "linux", architecture: "s390x" } },
      ],
    }),
    [at("2")]: manifest("5", "6"),
    [at("3")]: manifest("7", "8"),
    [at("4")]: manifest("5", "6"),
    ...{ [at("5")]: "{}", [at("6")]: "amd64", [at("7")]: "{}", [at("8")]: "arm64" },
  });
  const { docker, loaded } = engine((files) => {
    const [{ RepoTags: [name = ""] = [] } = {}] = JSON.parse(files["manifest.json"] ?? "[]") as {
      RepoTags?: string[];
    }[];
    return [{ stream: `Loaded image: ${name}` }];
  });
  const { variants } = await loadArchive(docker, path, silent);
  expect(variants.map(({ platform, shown }) => [platform, shown])).toEqual([
    ["linux/amd64", path],
    ["linux/arm64", path],
  ]);
  expect(loaded.map((files) => Object.keys(files).sort())).toEqual([
    [at("5"), at("6"), "manifest.json"],
    [at("7"), at("8"), "manifest.json"],
  ]);
});

it("takes the platform of a layout with one image from its configuration", async () => {
  const path = await archive("single.tar", {
    "index.json": JSON.stringify({ manifests: [{ digest: blob("2") }, { digest: blob("3") }] }),
    [at("2")]: JSON.stringify({ config: { digest: blob("5") }, layers: [] }),
    [at("3")]: "{}",
    [at("5")]: '{"os":"linux","architecture":"arm64"}',
  });
  const { docker } = engine(() => [{ stream: "Loaded image: tarmac-check:1" }]);
  const [variant] = (await loadArchive(docker, path, silent)).variants;
  expect(variant).not.toHaveProperty("platform");
});

it.each<[string, Record<string, string>, RegExp]>([
  [
    "without a manifest",
    { "hello.txt": "x" },
    /is no image: it has neither manifest\.json \(docker save\) nor index\.json/,
  ],
  ["of a layout without images", { "index.json": '{"manifests":[]}' }, /has no image: make it with docker save/],
])("refuses an archive %s", async (_, files, message) => {
  const path = await archive("refused.tar", files);
  await expect(loadArchive(engine(() => []).docker, path, silent)).rejects.toThrow(message);
});

it("reports why the engine refuses an image", async () => {
  const path = await archive("broken.tar", saved);
  const { docker } = engine(() => [{ error: "invalid tar header" }]);
  await expect(loadArchive(docker, path, silent)).rejects.toThrow(`the engine cannot load ${path}: invalid tar header`);
});

it("distinguishes an archive from other files", async () => {
  const path = join(folder, "Dockerfile");
  writeFileSync(path, "FROM node:24\n");
  await expect(isArchive(path)).resolves.toBe(false);
});
