/** The files of one layer, noted while its tar archive streams by: nothing is written to disk. */
import type { Readable } from "node:stream";
import { extract, type Header } from "tar-stream";
import { secretsIn, type Secret } from "../secrets/inFile.ts";

export interface LayerFile {
  /** Permission bits with setuid (0o4000), setgid (0o2000) and sticky (0o1000). */
  mode: number;
  type: "file" | "folder" | "other";
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

/** Larger files are programs and archives, not configuration. */
const searchedBytes = 1024 * 1024;

/**
 * Reads the archive of a layer to its end.
 * @throws Error when it is not a tar archive
 */
export async function readLayer(archive: Readable): Promise<Layer> {
  const layer: Layer = { files: new Map(), removed: [], emptied: [], secrets: [] };
  const entries = extract();
  // An archive that breaks off ends the iteration below with the same error.
  archive.once("error", (error) => entries.destroy(error));
  archive.pipe(entries);
  for await (const entry of entries) {
    const { header } = entry;
    const path = header.name.replace(/^(\.?\/)+/, "").replace(/\/+$/, "");
    if (!noteWhiteout(layer, path) && path !== "") {
      layer.files.set(path, { mode: header.mode ?? 0, type: typeOf(header) });
      if (header.type === "file" && (header.size ?? 0) > 0 && (header.size ?? 0) <= searchedBytes) {
        const chunks: Buffer[] = [];
        for await (const chunk of entry) chunks.push(chunk as Buffer);
        layer.secrets.push(...secretsIn(path, Buffer.concat(chunks)));
        continue;
      }
    }
    entry.resume();
  }
  return layer;
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
  return type === "directory" ? "folder" : type === "file" || type === "link" ? "file" : "other";
}
