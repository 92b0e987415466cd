/** An image file: the output of `docker save`, or an OCI layout (`docker buildx build --output type=oci`). */
import { closeSync, createReadStream, openSync, readSync } from "node:fs";
import { open } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { randomUUID } from "node:crypto";
import type Docker from "dockerode";
import { extract, pack } from "tar-stream";
import { CouldNotRun } from "../../couldNotRun.ts";
import type { Report } from "../checkProgress.ts";
import type { Obtained, Variant } from "./obtain.ts";

/** Upper limit for manifests and configurations. */
const largestDocument = 4 * 1024 * 1024;

/** Magic bytes of gzip. */
const gzipMark = Buffer.from([0x1f, 0x8b]);

interface Descriptor {
  mediaType?: string;
  digest: string;
  platform?: { os?: string; architecture?: string; variant?: string };
}
interface Manifest {
  manifests?: Descriptor[];
  config?: Descriptor;
  layers?: Descriptor[];
}

/** Whether a file is an archive, judged by its first bytes. */
export async function isArchive(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0);
    return (
      (bytesRead > 2 && buffer.subarray(0, 2).equals(gzipMark)) ||
      buffer.subarray(257, 262).toString("latin1") === "ustar"
    );
  } finally {
    await file.close();
  }
}

/** @throws CouldNotRun if the file is not an image, or the engine cannot load it */
export async function loadArchive(docker: Docker, path: string, report: Report): Promise<Obtained> {
  report(`loading ${path}`);
  const documents = await readDocuments(path);
  const loaded: Variant[] = documents.has("manifest.json")
    ? await load(docker, path, unpacked(path))
    : await loadLayout(docker, path, documents);
  if (loaded.length === 0) throw new CouldNotRun(`${path} has no image: make it with docker save -o FILE IMAGE`);
  return {
    variants: loaded.map((variant) => ({ ...variant, shown: variant.shown ?? path })),
    release: async () => {
      for (const { reference } of loaded) {
        await docker
          .getImage(reference)
          .remove()
          .catch(() => undefined);
      }
    },
  };
}

async function loadLayout(docker: Docker, path: string, documents: ReadonlyMap<string, string>): Promise<Variant[]> {
  const images = imagesOf(documents, "index.json");
  const loaded: Variant[] = [];
  for (const { config, layers, platform } of images) {
    const name = `tarmac-check:${randomUUID().slice(0, 12)}`;
    const blobs = [config, ...layers].map(blobPath);
    const manifest = [{ Config: blobPath(config), RepoTags: [name], Layers: layers.map(blobPath) }];
    await load(docker, path, Readable.from(only(path, new Set(blobs), JSON.stringify(manifest))));
    loaded.push({ reference: name, ...(images.length > 1 ? { platform } : {}) });
  }
  return loaded;
}

const blobPath = (digest: string) => `blobs/${digest.replace(":", "/")}`;

/** The images in an index, including nested indexes; attestations do not count. */
function imagesOf(
  documents: ReadonlyMap<string, string>,
  at: string,
): { config: string; layers: string[]; platform: string }[] {
  const { manifests = [] } = JSON.parse(documents.get(at) ?? "{}") as Manifest;
  return manifests.flatMap(({ digest, platform }) => {
    const document = documents.get(blobPath(digest));
    if (document === undefined || platform?.os === "unknown") return [];
    const { config, layers, manifests: more } = JSON.parse(document) as Manifest;
    if (more !== undefined) return imagesOf(documents, blobPath(digest));
    if (config === undefined || layers === undefined) return [];
    const about = JSON.parse(documents.get(blobPath(config.digest)) ?? "{}") as Required<Descriptor>["platform"];
    const { os = about.os ?? "linux", architecture = about.architecture ?? "" } = platform ?? {};
    return [{ config: config.digest, layers: layers.map((layer) => layer.digest), platform: `${os}/${architecture}` }];
  });
}

/** Decompresses by content, not by name: `docker save IMAGE | gzip > image.tar` is common. */
function unpacked(path: string): Readable {
  const file = createReadStream(path);
  return isGzip(path) ? file.pipe(createGunzip()) : file;
}

function isGzip(path: string): boolean {
  const file = openSync(path, "r");
  try {
    const first = Buffer.alloc(2);
    return readSync(file, first, 0, 2, 0) === 2 && first.equals(gzipMark);
  } finally {
    closeSync(file);
  }
}

/** The documents of an archive, by path. @throws CouldNotRun if it is not an image archive */
async function readDocuments(path: string): Promise<Map<string, string>> {
  const documents = new Map<string, string>();
  try {
    const entries = extract();
    const reading = pipeline(unpacked(path), entries);
    reading.catch(() => undefined);
    for await (const entry of entries) {
      const { name, size = 0, type } = entry.header;
      if (type === "file" && size <= largestDocument && /^(?:\.\/)?(?:manifest\.json|index\.json|blobs\/)/.test(name)) {
        documents.set(name.replace(/^\.\//, ""), await text(entry));
      } else entry.resume();
    }
    await reading;
  } catch (error) {
    throw new CouldNotRun(`${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  if (documents.has("manifest.json") || documents.has("index.json")) return documents;
  throw new CouldNotRun(
    `${path} is no image: it has neither manifest.json (docker save) nor index.json (OCI layout). Make it with docker save -o FILE IMAGE`,
  );
}

/** An archive with a subset of another's files, and a manifest as `docker save` writes it. */
async function* only(path: string, wanted: ReadonlySet<string>, manifest: string): AsyncGenerator<Buffer> {
  const archive = pack();
  const write = async () => {
    const entries = extract();
    const reading = pipeline(unpacked(path), entries);
    reading.catch((error: Error) => archive.destroy(error));
    for await (const entry of entries) {
      const name = entry.header.name.replace(/^\.\//, "");
      if (wanted.has(name)) await pipeline(entry, archive.entry({ ...entry.header, name }));
      else entry.resume();
    }
    archive.entry({ name: "manifest.json" }, manifest);
    archive.finalize();
  };
  write().catch((error: Error) => archive.destroy(error));
  yield* archive as AsyncIterable<Buffer>;
}

/** @returns the names that the engine reports as loaded */
async function load(docker: Docker, path: string, archive: Readable): Promise<Variant[]> {
  const loaded: Variant[] = [];
  try {
    const stream = await docker.loadImage(archive, { quiet: true });
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(
        stream,
        (error) => (error === null ? resolve() : reject(error)),
        (line: { stream?: string; error?: string }) => {
          if (line.error !== undefined) reject(new Error(line.error));
          const [, name] = /^Loaded image(?: ID)?: (\S+)/.exec(line.stream ?? "") ?? [];
          if (name !== undefined)
            loaded.push({ reference: name, ...(name.startsWith("sha256:") ? {} : { shown: name }) });
        },
      );
    });
  } catch (error) {
    throw new CouldNotRun(`the engine cannot load ${path}: ${(error as Error).message.trim()}`, { cause: error });
  }
  return loaded;
}
