/**
 * Writes the files of a volume so that a reader never sees a part of the change: into a new folder, to which one link then leads. The
 * kubelet writes ConfigMaps and Secrets in the same way.
 */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  chmodSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

const current = "..data";

/** Replaces all files of a volume. @param files by path in the volume */
export function writeVolume(volume: string, files: ReadonlyMap<string, Buffer>): void {
  const folder = mkdtempSync(join(volume, "..files-"));
  chmodSync(folder, 0o755);
  for (const [path, content] of files) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), content, { mode: 0o644 });
  }
  const before = readdirSync(volume);
  const old = before.includes(current) ? readlinkSync(join(volume, current)) : undefined;
  const next = join(volume, "..next");
  symlinkSync(folder.slice(volume.length + 1), next);
  renameSync(next, join(volume, current));
  const names = new Set([...files.keys()].map((path) => path.split("/")[0] ?? ""));
  for (const name of names) if (!before.includes(name)) symlinkSync(join(current, name), join(volume, name));
  for (const name of before) if (!name.startsWith("..") && !names.has(name)) rmSync(join(volume, name));
  if (old !== undefined) rmSync(join(volume, old), { recursive: true, force: true });
}
