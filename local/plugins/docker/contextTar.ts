/** The build context as a tar archive for the engine. Equal files give an equal archive. */
import { createHash } from "node:crypto";
import { createReadStream, readFileSync, readlinkSync } from "node:fs";
import { relative } from "node:path";
import { pipeline } from "node:stream/promises";

import { pack } from "tar-stream";
import type { Header, Pack } from "tar-stream";

import { contextEntries, ignorePatterns } from "./contextFiles.ts";
import type { ContextEntry } from "./contextFiles.ts";

/** A fixed time for all files, so that layers do not differ between checkouts. Not 1970: zip has no times before 1980. */
const fileTime = new Date("1980-01-01T00:00:00Z");

export interface ContextTar {
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

/** The Dockerfile's path relative to the context (`../` for one outside), as the official plugin records it. */
export function relativeDockerfile(context: string, dockerfile: string): string {
  return relative(context, dockerfile).replaceAll("\\", "/");
}

/**
 * Streams a context as an archive.
 *
 * The archive always contains the Dockerfile, even if it is ignored or outside the context. One outside the context gets a name made from
 * its content, so that the name stays the same.
 */
export function contextTar(context: string, dockerfile: string): ContextTar {
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
