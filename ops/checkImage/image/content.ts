/** What an image contains, from its layers. */
import type { Layer, LayerFile } from "./layerFiles.ts";
import type { Secret } from "../secrets/inFile.ts";

export interface ImageContent {
  /** Bytes of all layers, unpacked. */
  bytes: number;
  /** About how many bytes a node pulls. */
  compressedBytes: number;
  layers: number;
  /** Files that run as their owner or group, e.g. "usr/bin/su". */
  setuid: string[];
  worldWritable: string[];
  /** Shells and package managers. */
  tools: string[];
  /** `removed`: a later layer hides it, which does not help. */
  secrets: (Secret & { removed: boolean })[];
}

const toolNames =
  /^(?:usr\/)?(?:local\/)?s?bin\/(?:(?:ba|da|a|z|k|c|tc)?sh|busybox|npm|npx|yarn|pnpm|corepack|apt|apt-get|dpkg|apk|dnf|microdnf|yum|rpm|pip3?)$/;

/** @param layers from the lowest to the uppermost */
export function contentOf(layers: readonly Layer[], size: { bytes: number; compressedBytes: number }): ImageContent {
  const files = new Map<string, LayerFile>();
  for (const layer of layers) {
    for (const folder of layer.emptied) removeBelow(files, folder);
    for (const path of layer.removed) {
      files.delete(path);
      removeBelow(files, `${path}/`);
    }
    for (const [path, file] of layer.files) files.set(path, file);
  }
  const paths = (wanted: (file: LayerFile) => boolean) =>
    [...files].flatMap(([path, file]) => (wanted(file) ? [path] : [])).sort();
  return {
    ...size,
    layers: layers.length,
    setuid: paths(({ type, mode }) => type === "file" && (mode & 0o6000) !== 0),
    // In a folder with the sticky bit, as /tmp is, everybody can only write what is their own.
    worldWritable: paths(
      ({ type, mode }) => (mode & 0o002) !== 0 && (type === "file" || (type === "folder" && (mode & 0o1000) === 0)),
    ),
    tools: [...files.keys()].filter((path) => toolNames.test(path)).sort(),
    secrets: layers.flatMap(({ secrets }) =>
      secrets.map((secret) => ({ ...secret, removed: !files.has(secret.path) })),
    ),
  };
}

function removeBelow(files: Map<string, LayerFile>, prefix: string): void {
  for (const path of files.keys()) if (path.startsWith(prefix)) files.delete(path);
}
