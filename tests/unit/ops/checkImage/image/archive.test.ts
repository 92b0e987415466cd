import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { pack, type Header } from "tar-stream";
import { readImage } from "../../../../../ops/checkImage/image/archive.ts";

type Entry = Partial<Header> & { name: string; content?: string | Buffer };

async function tar(...entries: Entry[]): Promise<Buffer> {
  const archive = pack();
  for (const { content = "", ...header } of entries) archive.entry(header, content);
  archive.finalize();
  return buffer(archive);
}

/** An export whose layers have the given content, the lowest first. */
async function image(...layers: Buffer[]) {
  const names = layers.map((_, i) => `layer${i}/layer.tar`);
  const archive = await tar(
    { name: "abc.json", content: '{"config":{}}' },
    ...layers.map((content, i) => ({ name: names[i] ?? "", content })),
    { name: "manifest.json", content: JSON.stringify([{ Config: "abc.json", Layers: names }]) },
  );
  return readImage(Readable.from([archive]));
}

const file = (name: string, mode: number, content = "x"): Entry => ({ name, mode, content });

it("finds setuid, setgid and world-writable files, and leaves sticky folders and links alone", async () => {
  const content = await image(
    await tar(
      { name: "tmp/", type: "directory", mode: 0o1777 },
      { name: "open/", type: "directory", mode: 0o777 },
      { name: "link", type: "symlink", linkname: "open", mode: 0o777 },
      file("usr/bin/su", 0o4755),
      file("./usr/bin/wall", 0o2755),
      file("app/data", 0o666),
      file("app/main.js", 0o644),
      file("bin/sh", 0o755),
      file("usr/local/bin/npm", 0o755),
    ),
  );
  expect(content.setuid).toEqual(["usr/bin/su", "usr/bin/wall"]);
  expect(content.worldWritable).toEqual(["app/data", "open"]);
  expect(content.tools).toEqual(["bin/sh", "usr/local/bin/npm"]);
});

it("reads files as the uppermost layer leaves them", async () => {
  const content = await image(
    await tar(
      file("a/su", 0o4755),
      file("b/su", 0o4755),
      file("c/d/su", 0o4755),
      file("e/su", 0o4755),
      file("f", 0o4755),
    ),
    await tar(
      file("a/su", 0o755),
      file("b/.wh.su", 0),
      file("c/.wh.d", 0),
      file("e/.wh..wh..opq", 0),
      file("e/new", 0o4755),
    ),
  );
  expect(content.setuid).toEqual(["e/new", "f"]);
});

it("finds a secret in a layer although a later one removes it", async () => {
  const content = await image(
    await tar(file("root/.netrc", 0o600, "machine example.com login me password hunter2")),
    await tar(file("root/.wh..netrc", 0)),
  );
  expect(content.secrets).toEqual([{ path: "root/.netrc", kind: "netrc password", removed: true }]);
});

it.each([
  ["gzip", gzipSync],
  ["zstd", zstdCompressSync],
])("reads layers compressed by %s and counts what is stored", async (_, compress) => {
  const packed = compress(await tar(file("bin/su", 0o4755, "y".repeat(100_000))));
  const content = await image(packed);
  expect(content.setuid).toEqual(["bin/su"]);
  expect(content.compressedBytes).toBe(packed.length);
  expect(content.bytes).toBeGreaterThan(100_000);
});

it("estimates the compressed size of a layer, from a part of it if it is large", async () => {
  // Random bytes do not compress, and zeros nearly vanish. Three quarters are zeros, evenly spread.
  const block = Buffer.concat([
    Buffer.from(Array.from({ length: 2 ** 18 }, (_, i) => (i * 2654435761) >>> 13)),
    Buffer.alloc(3 * 2 ** 18),
  ]);
  const layer = await tar({ name: "data", content: Buffer.concat(Array.from({ length: 16 }, () => block)) });
  const content = await image(layer);
  const real = gzipSync(layer).length;
  expect(content.bytes).toBe(layer.length);
  expect(content.compressedBytes).toBeLessThan(layer.length / 2);
  expect(content.compressedBytes).toBeGreaterThan(real * 0.8);
});

it("follows the links by which older engines export a layer that occurs twice", async () => {
  const layer = await tar(file("bin/su", 0o4755));
  const archive = await tar(
    { name: "one/layer.tar", content: layer },
    { name: "two/layer.tar", type: "symlink", linkname: "../one/layer.tar" },
    { name: "manifest.json", content: JSON.stringify([{ Layers: ["one/layer.tar", "two/layer.tar"] }]) },
  );
  expect(await readImage(Readable.from([archive]))).toMatchObject({ layers: 2, setuid: ["bin/su"] });
});

it("accepts an image without files", async () => {
  expect(await image(await tar())).toMatchObject({ layers: 1, setuid: [], secrets: [] });
});

it("refuses a file that is not an image", async () => {
  await expect(readImage(Readable.from([await tar(file("a", 0o644))]))).rejects.toThrow("has no manifest.json");
});

it("reports the error of an export that breaks off", async () => {
  const broken = new Readable({ read: () => undefined });
  const reading = readImage(broken);
  broken.destroy(new Error("the engine went away"));
  await expect(reading).rejects.toThrow("the engine went away");
});
