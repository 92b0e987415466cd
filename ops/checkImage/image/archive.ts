/**
 * Reads an image as the engine exports it (`docker save`): a tar archive of layers, each itself a tar archive,
 * compressed or not depending on the engine's image store. It is processed as a stream; nothing is written to disk.
 */
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { extract } from "tar-stream";
import { CompressedSize } from "./compressedSize.ts";
import { contentOf, isKept, type ImageContent, type Wanted } from "./content.ts";
import { readLayer, type Layer } from "./layerFiles.ts";

interface SizedLayer extends Layer {
  bytes: number;
  compressedBytes: number;
}

const empty: SizedLayer = { files: new Map(), removed: [], emptied: [], secrets: [], bytes: 0, compressedBytes: 0 };

/**
 * Reads an exported image to its end.
 * @param wanted files to keep the content of, and what to report about it
 * @throws Error if the archive has no manifest, or is truncated
 */
export async function readImage(archive: Readable, wanted: Wanted = { scripts: new Set() }): Promise<ImageContent> {
  const layers = new Map<string, SizedLayer>();
  const links = new Map<string, string>();
  let manifest: string | undefined;
  const isWanted = (path: string) => isKept(path, wanted);
  const entries = extract();
  archive.once("error", (error) => entries.destroy(error));
  archive.pipe(entries);
  for await (const entry of entries) {
    const { name, type, linkname, size } = entry.header;
    if (type === "symlink" || type === "link") {
      // Engines older than 25 export a repeated layer as a link to its first copy.
      links.set(name, new URL(linkname ?? "", `file:///${type === "link" ? "" : name}`).pathname.slice(1));
      entry.resume();
      continue;
    }
    if (type !== "file" || size === 0) {
      entry.resume();
      continue;
    }
    const { first, all } = await peek(entry as AsyncIterable<Buffer>);
    if (name === "manifest.json") manifest = await text(all);
    else if (isLayer(first)) layers.set(name, await sizedLayer(first, all, isWanted));
    else for await (const chunk of all) void chunk;
  }
  if (manifest === undefined) throw new Error("the engine's export of the image has no manifest.json");
  const [image] = JSON.parse(manifest) as { Layers?: string[] }[];
  const ordered = (image?.Layers ?? []).map((name) => layers.get(name) ?? layers.get(links.get(name) ?? "") ?? empty);
  const sum = (key: "bytes" | "compressedBytes") => ordered.reduce((total, layer) => total + layer[key], 0);
  return contentOf(ordered, { bytes: sum("bytes"), compressedBytes: sum("compressedBytes") }, wanted);
}

const gzipMagic = Buffer.from([0x1f, 0x8b]);
const zstdMagic = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
const startsWith = (bytes: Buffer, magic: Buffer) => bytes.subarray(0, magic.length).equals(magic);

function isLayer(first: Buffer): boolean {
  if (startsWith(first, gzipMagic) || startsWith(first, zstdMagic)) return true;
  // An archive without any file contains only zeros.
  return first.subarray(257, 262).toString("latin1") === "ustar" || first.subarray(0, 512).every((byte) => byte === 0);
}

async function sizedLayer(
  first: Buffer,
  all: AsyncIterable<Buffer>,
  isWanted: (path: string) => boolean,
): Promise<SizedLayer> {
  const decompress = startsWith(first, gzipMagic)
    ? createGunzip()
    : startsWith(first, zstdMagic)
      ? createZstdDecompress()
      : undefined;
  let [bytes, stored] = [0, 0];
  if (decompress !== undefined) {
    const packed = Readable.from(counted(all, (length) => (stored += length)));
    packed.once("error", (error) => decompress.destroy(error));
    const unpacked = counted(packed.pipe(decompress), (length) => (bytes += length));
    return { ...(await readLayer(Readable.from(unpacked), isWanted)), bytes, compressedBytes: stored };
  }
  const size = new CompressedSize();
  const measured = async function* () {
    for await (const chunk of all) {
      bytes += chunk.length;
      await size.add(chunk);
      yield chunk;
    }
  };
  const layer = await readLayer(Readable.from(measured()), isWanted);
  return { ...layer, bytes, compressedBytes: await size.estimate() };
}

async function* counted(source: AsyncIterable<Buffer>, count: (length: number) => void) {
  for await (const chunk of source) {
    count(chunk.length);
    yield chunk;
  }
}

/** Reads the first 512 bytes of an entry (or all of a shorter one); the whole entry can still be read afterwards. */
async function peek(entry: AsyncIterable<Buffer>): Promise<{ first: Buffer; all: AsyncIterable<Buffer> }> {
  const chunks = entry[Symbol.asyncIterator]();
  let first: Buffer = Buffer.alloc(0);
  while (first.length < 512) {
    const next = await chunks.next();
    if (next.done === true) break;
    first = Buffer.concat([first, next.value]);
  }
  const all = async function* () {
    yield first;
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value;
  };
  return { first, all: all() };
}
