/** The files of one layer, recorded while its tar archive is streamed: nothing is written to disk. */
import type { Readable } from "node:stream";
import { extract, type Header } from "tar-stream";
import { isText, SecretSearch, type Secret } from "../secrets/inFile.ts";

export interface LayerFile {
  /** Permission bits with setuid (0o4000), setgid (0o2000) and sticky (0o1000). */
  mode: number;
  type: "file" | "folder" | "link" | "other";
  /** Target of a symbolic link. */
  target?: string;
  /** The content of requested files. */
  text?: string;
}

/** What a layer adds, changes and removes. Paths start at the root, without a leading "/". */
export interface Layer {
  files: Map<string, LayerFile>;
  /** Paths that it removes from lower layers. */
  removed: string[];
  /** Folders whose contents in lower layers it hides. */
  emptied: string[];
  secrets: Secret[];
}

/** Files are searched in pieces of this size; only one piece is in memory at a time. */
const pieceBytes = 1024 * 1024;
/** Larger text files are data, not configuration. */
const searchedBytes = 128 * pieceBytes;
/** Limit for a requested file; npm's list of installed packages can be several megabytes. */
const keptBytes = 16 * pieceBytes;

/**
 * Reads a layer's archive to its end.
 * @param wanted whether to keep a file's content
 * @throws Error if it is not a tar archive
 */
export async function readLayer(archive: Readable, wanted: (path: string) => boolean = () => false): Promise<Layer> {
  const layer: Layer = { files: new Map(), removed: [], emptied: [], secrets: [] };
  const entries = extract();
  // A truncated archive ends the iteration below with the same error.
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
    // A binary: skip the rest of it.
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

/** An empty file with a special name marks a deletion in a lower layer (OCI image layer specification). */
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
