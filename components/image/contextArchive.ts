/** A build context as one compressed file, for a builder on another machine. Equal files give an equal archive. */
import { lstatSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { createGzip } from "node:zlib";
import { pack } from "tar-stream";
import { contextEntries } from "./buildContext.ts";

/**
 * Path of the Dockerfile in the archive. It may come from outside the context, and a command line contains its name, so it
 * has a fixed one.
 */
export const archivedDockerfile = ".tarmac.Dockerfile";

/** A fixed time for all files, so that layers do not differ between checkouts. */
const fileTime = new Date("2000-01-01T00:00:00Z");

/** Returns the tar archive, compressed with gzip. It owns all files as root, with their permissions. */
export async function contextArchive(folder: string, dockerfile: string): Promise<Buffer> {
  const archive = pack();
  const common = { mtime: fileTime, uid: 0, gid: 0 };
  const compressed = buffer(archive.pipe(createGzip()));
  for (const path of contextEntries(folder, dockerfile)) {
    const source = join(folder, path);
    const stat = lstatSync(source);
    const entry = { ...common, name: path, mode: stat.mode & 0o7777 };
    if (stat.isSymbolicLink()) archive.entry({ ...entry, type: "symlink", linkname: readlinkSync(source) });
    else if (stat.isDirectory()) archive.entry({ ...entry, type: "directory" });
    else archive.entry(entry, readFileSync(source));
  }
  archive.entry({ ...common, name: archivedDockerfile }, readFileSync(dockerfile));
  // The archive has no ignored files. The builder would apply `.dockerignore` once more, also where a Dockerfile's own ignore
  // file took its place, so it gets one that only hides these two files.
  archive.entry({ ...common, name: `${archivedDockerfile}.dockerignore` }, `${archivedDockerfile}*\n`);
  archive.finalize();
  return compressed;
}
