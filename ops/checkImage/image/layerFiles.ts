/** The files of one layer, noted while its tar archive streams by: nothing is written to disk. */
import type { Readable } from "node:stream";
import { extract, type Header } from "tar-stream";
import { isText, SecretSearch, type Secret } from "../secrets/inFile.ts";

export interface LayerFile {
  /** Permission bits with setuid (0o4000), setgid (0o2000) and sticky (0o1000). */
  mode: number;
  type: "file" | "folder" | "link" | "other";
  /** Of a symbolic link: where it points. */
  target?: string;
  /** The content, of the files that are asked for. */
  text?: string;
}

/** What a layer adds, changes and removes; paths from the root, without a "/" in front. */
export interface Layer {
  files: Map<string, LayerFile>;
  /** Paths of lower layers that it removes. */
  removed: string[];
  /** Folders of which it hides everything that lower layers have. */
  emptied: string[];
  secrets: Secret[];
}

/** Files are searched in pieces of this size, which is all that is kept of one. */
const pieceBytes = 1024 * 1024;
/** Larger texts are data, not configuration. */
const searchedBytes = 128 * pieceBytes;
/** Of a file that is asked for; npm's own list of what it installed takes megabytes. */
const keptBytes = 16 * pieceBytes;

/**
 * Reads the archive of a layer to its end.
 * @param wanted whether a file's content is to be kept
 * @throws Error when it is not a tar archive
 */
export async function readLayer(archive: Readable, wanted: (path: string) => boolean = () => false): Promise<Layer> {
  const layer: Layer = { files: new Map(), removed: [], emptied: [], secrets: [] };
  const entries = extract();
  // An archive that breaks off ends the iteration below with the same error.
  archive.once("error", (error) => entries.destroy(error));
  archive.pipe(entries);
  for await (const entry of entries) {
    const { header } = entry;
    const path = header.name.replace(/^(\.?\/)+/, "").replace(/\/+$/, "");
    if (noteWhiteout(layer, path) || path === "") {
      entry.resume();
      continue;
    }
    const file: LayerFile = { mode: header.mode ?? 0, type: typeOf(header) };
    if (header.type === "symlink") file.target = header.linkname ?? "";
    layer.files.set(path, file);
    const size = header.size ?? 0;
    if (header.type !== "file" || size === 0 || size > searchedBytes) {
      entry.resume();
      continue;
    }
    const kept = wanted(path) && size <= keptBytes;
    const { secrets, text } = await searched(path, entry as AsyncIterable<Buffer>, kept);
    layer.secrets.push(...secrets);
    if (text !== undefined) file.text = text;
  }
  return layer;
}

async function searched(path: string, entry: AsyncIterable<Buffer>, kept: boolean) {
  const search = new SecretSearch(path);
  const text: Buffer[] = [];
  let piece: Buffer[] = [];
  let size = 0;
  let binary: boolean | undefined;
  const flush = () => {
    if (size === 0) return;
    const whole = Buffer.concat(piece);
    search.add(whole);
    if (kept) text.push(whole);
    // A program: the rest of it runs by.
    binary ??= !isText(whole);
    [piece, size] = [[], 0];
  };
  for await (const chunk of entry) {
    if (binary === true) continue;
    piece.push(chunk);
    size += chunk.length;
    if (size >= pieceBytes) flush();
  }
  flush();
  return { secrets: search.found, text: kept ? Buffer.concat(text).toString("utf8") : undefined };
}

/** Layers say by the name of an empty file that something below is gone (OCI image layer specification). */
function noteWhiteout(layer: Layer, path: string): boolean {
  const at = path.lastIndexOf("/") + 1;
  const name = path.slice(at);
  if (!name.startsWith(".wh.")) return false;
  const folder = path.slice(0, at);
  if (name === ".wh..wh..opq") layer.emptied.push(folder);
  else layer.removed.push(folder + name.slice(".wh.".length));
  return true;
}

function typeOf({ type }: Header): LayerFile["type"] {
  if (type === "symlink") return "link";
  return type === "directory" ? "folder" : type === "file" || type === "link" ? "file" : "other";
}
