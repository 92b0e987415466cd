/** Build contexts on disk, for tests. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const made: string[] = [];

/** A folder with these files. The content `-> target` creates a link, and a content that begins with `#!` creates a program. */
export function contextFolder(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), "context-"));
  made.push(folder);
  for (const [path, content] of Object.entries(files)) {
    const full = join(folder, path);
    mkdirSync(dirname(full), { recursive: true });
    if (content.startsWith("-> ")) {
      symlinkSync(content.slice(3), full);
    } else {
      writeFileSync(full, content);
      chmodSync(full, content.startsWith("#!") ? 0o755 : 0o644);
    }
  }
  return folder;
}

/** Removes the created folders. */
export function removeFolders(): void {
  for (const folder of made.splice(0)) {
    rmSync(folder, { recursive: true, force: true });
  }
}
