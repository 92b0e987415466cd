/** Configuration files of daemons. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
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
