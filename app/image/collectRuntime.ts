/**
 * Collects what Node needs to run, and nothing else, into a folder that becomes the root of the final image.
 *
 * Usage in the Dockerfile: `node collectRuntime.ts <folder>`. It asks the Node that runs it which shared libraries it
 * has loaded, so it works on any base (glibc or musl, any architecture) that holds just a `node`.
 */
import { chmodSync, copyFileSync, existsSync, mkdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { rootCertificates } from "node:tls";
import { fileURLToPath } from "node:url";

/** Where the final image has its Node, wherever the base has it. */
export const nodePath = "/usr/local/bin/node";

/** Numeric user and group the image runs as: not root, and above the ids that a host's own users have. */
export const userId = 10001;

/** Where Debian, and OpenSSL's own search, have all certificate authorities in one file. */
const certificatesPath = "/etc/ssl/certs/ca-certificates.crt";

export interface RuntimeFile {
  /** Absolute path in the final image. */
  path: string;
  /** File to copy (links are followed), or the content itself. */
  from: { file: string } | { text: string };
  mode: number;
}

/**
 * The shared objects of this process, dynamic loader included, at the paths where the loader looks for them.
 *
 * Left out is the vDSO, which is the kernel's and no file.
 */
export function sharedLibraries(): string[] {
  const report = process.report.getReport() as { sharedObjects: string[] };
  return report.sharedObjects.filter((path) => path.startsWith("/"));
}

/** All files of the runtime for the Node that runs this. */
export function runtimeFiles(): RuntimeFile[] {
  return [
    { path: nodePath, from: { file: process.execPath }, mode: 0o755 },
    ...sharedLibraries().map((path) => ({ path, from: { file: path }, mode: 0o755 })),
    { path: "/etc/passwd", from: { text: `app:x:${userId}:${userId}:app:/app:/sbin/nologin\n` }, mode: 0o644 },
    { path: "/etc/group", from: { text: `app:x:${userId}:\n` }, mode: 0o644 },
    { path: "/etc/nsswitch.conf", from: { text: "hosts: files dns\n" }, mode: 0o644 },
    {
      path: certificatesPath,
      // The base's own where it has them, which may name a company's authority; else the ones that Node brings.
      from: existsSync(certificatesPath) ? { file: certificatesPath } : { text: `${rootCertificates.join("\n")}\n` },
      mode: 0o644,
    },
  ];
}

/**
 * Writes files below a folder, with an empty `/tmp` that everybody may write to.
 *
 * Modes are set, not copied: no setuid bit gets in. Times are those of the base's Node: the same base gives the same
 * layer, byte for byte, so that a registry and a node have it already.
 */
export function writeRuntime(root: string, files: readonly RuntimeFile[]): void {
  const time = statSync(process.execPath).mtime;
  const folders = new Set([join(root, "tmp")]);
  for (const { path, from, mode } of files) {
    const target = join(root, path);
    mkdirSync(dirname(target), { recursive: true });
    if ("file" in from) copyFileSync(from.file, target);
    else writeFileSync(target, from.text);
    chmodSync(target, mode);
    utimesSync(target, time, time);
    for (let folder = dirname(target); folder.startsWith(join(root, "/")); folder = dirname(folder))
      folders.add(folder);
  }
  mkdirSync(join(root, "tmp"), { recursive: true });
  chmodSync(join(root, "tmp"), 0o1777);
  for (const folder of folders) utimesSync(folder, time, time);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = process.argv[2];
  if (root === undefined) throw new Error("usage: node collectRuntime.ts <folder>");
  const files = runtimeFiles();
  writeRuntime(root, files);
  for (const { path } of files) console.log(path);
}
