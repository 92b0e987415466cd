/**
 * The file system of the stand-in `node` base image, laid out as Debian's: node in /usr/local/bin, glibc's libraries
 * in /usr/lib/<architecture>, busybox for the shell and the small tools, users root and node.
 */
import { chmodSync, copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { findProgram, run } from "../host/command.ts";

export interface BaseImageSources {
  readonly node: string;
  readonly busybox: string;
  /** The program loader and the shared libraries node needs, absolute paths on this machine. */
  readonly libraries: readonly string[];
  readonly certificates: string;
}

const passwd = `root:x:0:0:root:/root:/bin/sh
node:x:1000:1000::/home/node:/bin/sh
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
`;
const group = `root:x:0:
node:x:1000:
nogroup:x:65534:
`;
const osRelease = `ID=tarmac-stand-in
PRETTY_NAME="tarmac's local stand-in for the node image (Debian's libraries, busybox)"
ID_LIKE=debian
`;
/** glibc's ldd is a bash script; what it does for a program is this. */
const ldd = `#!/bin/sh
exec /lib64/ld-linux-x86-64.so.2 --list "$@"
`;

/** Debian's static busybox crashes when it looks up a host, and the real slim image has no wget either. */
const brokenApplets = ["wget"];

/** Debian's merged /usr: these are links. A Dockerfile that copies by the old names works with both. */
const mergedFolders = ["bin", "sbin", "lib", "lib64"];

/**
 * The libraries a program needs, of ldd's output: paths on this machine, the program loader among them.
 *
 * @throws Error that names a library this machine does not have
 */
export function parseLibraries(ldd: string): string[] {
  return ldd.split("\n").flatMap((line) => {
    const missing = /^\s*(\S+) => not found/.exec(line)?.[1];
    if (missing !== undefined) throw new Error(`node needs the library ${missing}, which this machine does not have`);
    const path = /(?:=>\s*)?(\/\S+) \(0x/.exec(line)?.[1];
    return path === undefined ? [] : [path];
  });
}

/** Looks up what the image is made of. The libraries are this machine's: the same that node runs with here. */
export async function findSources(node: string): Promise<BaseImageSources> {
  return {
    node,
    busybox: findProgram("busybox", "busybox-static"),
    libraries: parseLibraries(await run("ldd", [node])),
    certificates: "/etc/ssl/certs/ca-certificates.crt",
  };
}

/** Where a library of this machine goes in the image: /lib/... becomes /usr/lib/..., which /lib leads to. */
export function placeInImage(library: string): string {
  return library.startsWith("/usr/") ? library : join("/usr", library);
}

/** Writes the file system below `root`, an empty folder. */
export async function writeBaseImageFiles(root: string, sources: BaseImageSources): Promise<void> {
  const folder = (path: string, mode = 0o755) => {
    mkdirSync(join(root, path), { recursive: true });
    chmodSync(join(root, path), mode);
  };
  const copy = (from: string, to: string, mode: number) => {
    mkdirSync(join(root, dirname(to)), { recursive: true });
    copyFileSync(from, join(root, to));
    chmodSync(join(root, to), mode);
  };
  for (const name of mergedFolders) {
    folder(join("usr", name));
    symlinkSync(join("usr", name), join(root, name));
  }
  for (const path of ["etc/ssl/certs", "home/node", "var", "dev", "proc", "sys", "run"]) folder(path);
  folder("root", 0o700);
  folder("tmp", 0o1777);
  folder("var/tmp", 0o1777);
  copy(sources.node, "usr/local/bin/node", 0o755);
  for (const library of sources.libraries) copy(library, placeInImage(library), 0o755);
  copy(sources.certificates, "etc/ssl/certs/ca-certificates.crt", 0o644);
  copy(sources.busybox, "usr/bin/busybox", 0o755);
  const applets = (await run(sources.busybox, ["--list-full"])).trim().split("\n");
  for (const applet of new Set(applets.map((path) => basename(path)))) {
    if (applet !== "busybox" && !brokenApplets.includes(applet)) symlinkSync("busybox", join(root, "usr/bin", applet));
  }
  const texts: [string, string][] = [
    ["etc/passwd", passwd],
    ["etc/group", group],
    ["etc/os-release", osRelease],
    ["etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n"],
  ];
  for (const [path, text] of texts) writeFileSync(join(root, path), text);
  writeFileSync(join(root, "usr/bin/ldd"), ldd, { mode: 0o755 });
}

/** The contents that decide what the image is, node's own excepted: its version stands for it. */
export function sourceContents(sources: BaseImageSources): Buffer[] {
  const files = [sources.busybox, sources.certificates, ...sources.libraries];
  return [
    ...files.map((path) => readFileSync(path)),
    Buffer.from(passwd + group + osRelease + ldd + brokenApplets.join()),
  ];
}
