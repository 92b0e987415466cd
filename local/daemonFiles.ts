/** Configuration files and data folders of daemons. */
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Writes a file, whole or not at all, unless that text stands in it already: some daemons end when their configuration
 * is written to. Makes the folder.
 */
export function writeText(path: string, text: string, mode = 0o644): void {
  try {
    if (readFileSync(path, "utf8") === text) return;
  } catch {
    // Not there yet.
  }
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, text, { mode });
  renameSync(`${path}.new`, path);
}

/**
 * Makes a daemon's data folder and tells it from any later one of that path. As a part of a daemon's configuration it
 * has the daemon restarted when somebody has deleted the folder beneath it.
 */
export function dataFolder(path: string, mode = 0o700): string {
  mkdirSync(path, { recursive: true, mode });
  const { dev, ino, birthtimeMs } = statSync(path);
  return `${path} ${dev}:${ino} ${birthtimeMs}`;
}
