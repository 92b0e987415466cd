/**
 * Collects exactly the files that Node needs to run into a folder that becomes the root of the final image.
 *
 * Usage in the Dockerfile: `node collectRuntime.ts <folder>`. The script asks its own Node process which shared
 * libraries are loaded, so it works on any base image with a `node` binary (glibc or musl, any architecture).
 */
import { chmodSync, copyFileSync, existsSync, mkdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { rootCertificates } from "node:tls";
import { fileURLToPath } from "node:url";

/** Path of Node in the final image, regardless of its path in the base image. */
export const nodePath = "/usr/local/bin/node";

/** Numeric user and group of the image: not root, and above the ids of a host's own users. */
export const userId = 10001;

/** Bundle of certificate authorities on Debian, which OpenSSL also searches by default. */
const certificatesPath = "/etc/ssl/certs/ca-certificates.crt";

export interface RuntimeFile {
  /** Absolute path in the final image. */
  path: string;
  /** File to copy (symbolic links are followed), or the content itself. */
  from: { file: string } | { text: string };
  mode: number;
}

/**
 * The shared objects of this process, including the dynamic loader, at the paths where the loader looks for them.
 *
 * Excludes the vDSO: the kernel provides it, and it is not a file.
 */
export function sharedLibraries(): string[] {
  const report = process.report.getReport() as { sharedObjects: string[] };
  return report.sharedObjects.filter((path) => path.startsWith("/"));
}

/** All runtime files for the Node that runs this script. */
export function runtimeFiles(): RuntimeFile[] {
  return [
    { path: nodePath, from: { file: process.execPath }, mode: 0o755 },
    ...sharedLibraries().map((path) => ({ path, from: { file: path }, mode: 0o755 })),
    { path: "/etc/passwd", from: { text: `app:x:${userId}:${userId}:app:/app:/sbin/nologin\n` }, mode: 0o644 },
    { path: "/etc/group", from: { text: `app:x:${userId}:\n` }, mode: 0o644 },
    { path: "/etc/nsswitch.conf", from: { text: "hosts: files dns\n" }, mode: 0o644 },
    {
      path: certificatesPath,
      // Prefer the base image's bundle, which may include a company's own authority; otherwise use the one built into Node.
      from: existsSync(certificatesPath) ? { file: certificatesPath } : { text: `${rootCertificates.join("\n")}\n` },
      mode: 0o644,
    },
  ];
}

/**
 * Writes the files below a folder, and adds an empty world-writable `/tmp`.
 *
 * Sets modes instead of copying them, so that no setuid bit gets in. Every timestamp is that of the base's Node binary, so
 * the same base gives the same layer byte for byte, and registries and nodes can reuse it.
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
