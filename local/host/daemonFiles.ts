/** Configuration files and data folders of daemons. */
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Writes a file atomically, unless it has the same content already: some daemons exit when their configuration file
 * is written. Creates the folder.
 */
export function writeText(path: string, text: string, mode = 0o644): void {
  try {
    if (readFileSync(path, "utf8") === text) return;
  } catch {
    // The file does not exist yet.
  }
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, text, { mode });
  renameSync(`${path}.new`, path);
}

/**
 * Creates a daemon's data folder and returns an id for it. The id is a part of the daemon's configuration, so that the daemon
 * restarts if somebody has deleted its data. It is stored in a file in the folder, because the folder itself survives the deletion
 * if something is mounted on it.
 */
export function dataFolder(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const mark = join(path, ".tarmac");
  writeFileSync(mark, "", { flag: "a" });
  const { dev, ino, birthtimeMs } = statSync(mark);
  return `${path} ${dev}:${ino} ${birthtimeMs}`;
}
