/** The build context as the engine takes it: a tar archive that is the same whenever the files are. */
import { createHash } from "node:crypto";
import { createReadStream, readFileSync, readlinkSync } from "node:fs";
import { relative } from "node:path";
import { pipeline } from "node:stream/promises";

import { pack } from "tar-stream";
import type { Header, Pack } from "tar-stream";

import { contextEntries, ignorePatterns } from "./contextFiles.ts";
import type { ContextEntry } from "./contextFiles.ts";

/** Files' times differ between checkouts; with one time the builder's layers do not. Not 1970: zip knows nothing before 1980. */
const fileTime = new Date("1980-01-01T00:00:00Z");

export interface ContextArchive {
  archive: Pack;
  /** The Dockerfile's path in the archive. */
  dockerfile: string;
}

function header(name: string, mode: number, rest: Partial<Header>): Partial<Header> & { name: string } {
  return { name, mode: mode & 0o7777, mtime: fileTime, uid: 0, gid: 0, uname: "", gname: "", ...rest };
}

async function addEntry(archive: Pack, { path, source, stat }: ContextEntry): Promise<void> {
  if (stat.isDirectory()) {
    archive.entry(header(`${path}/`, stat.mode, { type: "directory" }));
  } else if (stat.isSymbolicLink()) {
    archive.entry(header(path, 0o777, { type: "symlink", linkname: readlinkSync(source) }));
  } else {
    await pipeline(createReadStream(source), archive.entry(header(path, stat.mode, { size: stat.size })));
  }
}

/** The Dockerfile's path from the context, beginning with `../` for one outside of it; what the official plugin records. */
export function relativeDockerfile(context: string, dockerfile: string): string {
  return relative(context, dockerfile).replaceAll("\\", "/");
}

/**
 * The archive of a context, written while it is read.
 *
 * The Dockerfile is always in it, also one that is ignored or that lies outside of the context; that one gets a name of
 * its own, made of its content so that it stays the same.
 */
export function contextArchive(context: string, dockerfile: string): ContextArchive {
  const entries = contextEntries(context, ignorePatterns(context, dockerfile));
  const inside = relativeDockerfile(context, dockerfile);
  const present = entries.some(({ path }) => path === inside);
  const content = readFileSync(dockerfile);
  const name = inside.startsWith("../")
    ? `.dockerfile.${createHash("sha256").update(content).digest("hex").slice(0, 20)}`
    : inside;

  const archive = pack();
  const write = async () => {
    if (!present) {
      archive.entry(header(name, 0o644, {}), content);
    }
    for (const entry of entries) {
      await addEntry(archive, entry);
    }
    archive.finalize();
  };
  write().catch((error: Error) => archive.destroy(error));
  return { archive, dockerfile: name };
}
