/**
 * The file system of the stand-in for the Node image, laid out like Debian's: node in /usr/local/bin with its entry point script, glibc in
 * /usr/lib/<architecture>, bash and dash, busybox in place of coreutils and the other small tools, users root and node. Like the official
 * slim image it has no CA certificates: Node brings its own.
 */
import { chmodSync, copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { findProgram, run } from "../host/command.ts";

export interface BaseImageSources {
  readonly node: string;
  readonly busybox: string;
  readonly bash: string;
  /** /bin/sh. */
  readonly dash: string;
  /** The program loader and the shared libraries that node and the shells need, absolute paths on this machine. */
  readonly libraries: readonly string[];
}

const passwd = `root:x:0:0:root:/root:/bin/bash
node:x:1000:1000::/home/node:/bin/bash
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
/**
 * The official image's /usr/local/bin/docker-entrypoint.sh does the same: `docker run IMAGE --version` and `docker run IMAGE app.js`
 * reach node, and anything that is a program runs as it is.
 */
export const entrypoint = `#!/bin/sh
set -e

# Options, names that are no command, and files that cannot be executed are arguments of node.
case "$1" in
  -*) set -- node "$@" ;;
  *)
    if [ -z "$(command -v "$1")" ] || { [ -f "$1" ] && [ ! -x "$1" ]; }; then
      set -- node "$@"
    fi
    ;;
esac

exec "$@"
`;

/** glibc's ldd is a long script around this one call. */
const ldd = `#!/bin/sh
exec /lib64/ld-linux-x86-64.so.2 --list "$@"
`;

/** Debian's static busybox crashes when it looks up a host. The official slim image has no wget either. */
const brokenApplets = ["wget"];

/** Since Debian merged /usr these are links, so that a Dockerfile can copy by the old names and the new ones. */
const mergedFolders = ["bin", "sbin", "lib", "lib64"];

/**
 * Reads the libraries that a program needs from ldd's output: paths on this machine, including the program loader.
 *
 * @throws Error that names a library this machine does not have
 */
export function parseLibraries(ldd: string): string[] {
  return ldd.split("\n").flatMap((line) => {
    const missing = /^\s*(\S+) => not found/.exec(line)?.[1];
    if (missing !== undefined) throw new Error(`the library ${missing} is missing on this machine`);
    const path = /(?:=>\s*)?(\/\S+) \(0x/.exec(line)?.[1];
    return path === undefined ? [] : [path];
  });
}

/** Finds the files that the image is made of. The libraries are this machine's, which node runs with here as well. */
export async function findSources(node: string): Promise<BaseImageSources> {
  const [bash, dash] = [findProgram("bash", "bash"), findProgram("dash", "dash")];
  const needed = await Promise.all([node, bash, dash].map((program) => run("ldd", [program])));
  return {
    node,
    busybox: findProgram("busybox", "busybox-static"),
    bash,
    dash,
    libraries: [...new Set(needed.flatMap(parseLibraries))],
  };
}

/** Where the image has a library of this machine: /lib/... becomes /usr/lib/..., to which /lib is a link. */
export function placeInImage(library: string): string {
  return library.startsWith("/usr/") ? library : join("/usr", library);
}

/** Writes the file system below `root`, an empty folder. The owner of /home/node is set in the Dockerfile. */
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
  for (const path of ["etc", "home/node", "var", "dev", "proc", "sys", "run"]) folder(path);
  folder("root", 0o700);
  folder("tmp", 0o1777);
  folder("var/tmp", 0o1777);
  copy(sources.node, "usr/local/bin/node", 0o755);
  symlinkSync("/usr/local/bin/node", join(root, "usr/local/bin/nodejs"));
  for (const library of sources.libraries) copy(library, placeInImage(library), 0o755);
  copy(sources.bash, "usr/bin/bash", 0o755);
  copy(sources.dash, "usr/bin/dash", 0o755);
  symlinkSync("dash", join(root, "usr/bin/sh"));
  copy(sources.busybox, "usr/bin/busybox", 0o755);
  const applets = (await run(sources.busybox, ["--list-full"])).trim().split("\n");
  const present = [...brokenApplets, "busybox", "bash", "sh"];
  for (const applet of new Set(applets.map((path) => basename(path)))) {
    if (!present.includes(applet)) symlinkSync("busybox", join(root, "usr/bin", applet));
  }
  const texts: [string, string][] = [
    ["etc/passwd", passwd],
    ["etc/group", group],
    ["etc/os-release", osRelease],
    ["etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n"],
  ];
  for (const [path, text] of texts) writeFileSync(join(root, path), text);
  writeFileSync(join(root, "usr/bin/ldd"), ldd, { mode: 0o755 });
  writeFileSync(join(root, "usr/local/bin/docker-entrypoint.sh"), entrypoint, { mode: 0o755 });
}

/** The contents that decide what the image is. Node is left out: its version is in the Dockerfile. */
export function sourceContents({ busybox, bash, dash, libraries }: BaseImageSources): Buffer[] {
  return [
    ...[busybox, bash, dash, ...libraries].map((path) => readFileSync(path)),
    Buffer.from(passwd + group + osRelease + ldd + entrypoint + brokenApplets.join()),
  ];
}
