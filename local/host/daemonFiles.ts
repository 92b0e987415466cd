/** Configuration files and data folders of daemons. */
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

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
 * has the daemon restarted when somebody has deleted the data beneath it. It is told by a file: the folder itself
 * survives where something is mounted on it.
 */
export function dataFolder(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const mark = join(path, ".tarmac");
  writeFileSync(mark, "", { flag: "a" });
  const { dev, ino, birthtimeMs } = statSync(mark);
  return `${path} ${dev}:${ino} ${birthtimeMs}`;
}
