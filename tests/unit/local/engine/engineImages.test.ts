import { execFileSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { baseImage, baseImageDockerfile, nodeVersion } from "../../../../local/engine/baseImage.ts";
import {
  parseLibraries,
  placeInImage,
  sourceContents,
  writeBaseImageFiles,
} from "../../../../local/engine/baseImageFiles.ts";
import { pauseImage } from "../../../../local/engine/pauseImage.ts";

describe("parseLibraries", () => {
  it("returns paths, including the program loader's, without the kernel's page", () => {
    const ldd =
      "\tlinux-vdso.so.1 (0x00007f4632261000)\n" +
      "\tlibdl.so.2 => /lib/x86_64-linux-gnu/libdl.so.2 (0x00007f463224b000)\n" +
      "\tlibstdc++.so.6 => /lib/x86_64-linux-gnu/libstdc++.so.6 (0x00007f4632000000)\n" +
      "\t/lib64/ld-linux-x86-64.so.2 (0x00007f4632263000)\n";
    expect(parseLibraries(ldd)).toEqual([
      "/lib/x86_64-linux-gnu/libdl.so.2",
      "/lib/x86_64-linux-gnu/libstdc++.so.6",
      "/lib64/ld-linux-x86-64.so.2",
    ]);
  });

  it("names a missing library", () => {
    expect(() => parseLibraries("\tlibatomic.so.1 => not found\n")).toThrow(
      "the library libatomic.so.1 is missing on this machine",
    );
  });
});

it.each([
  ["/lib64/ld-linux-x86-64.so.2", "/usr/lib64/ld-linux-x86-64.so.2"],
  ["/usr/lib/x86_64-linux-gnu/libc.so.6", "/usr/lib/x86_64-linux-gnu/libc.so.6"],
])("%s goes to %s", (library, place) => expect(placeInImage(library)).toBe(place));

describe("the stand-in base image", () => {
  const folder = mkdtempSync(join(tmpdir(), "tarmac-base-"));
  const file = (name: string, content: string, mode = 0o644) => {
    writeFileSync(join(folder, name), content, { mode });
    return join(folder, name);
  };
  const sources = {
    node: file("node", "node's program", 0o755),
    busybox: file("busybox", "#!/bin/sh\nprintf 'bin/busybox\\nbin/sh\\nusr/bin/wget\\nbin/cp\\nsbin/cp\\n'\n", 0o755),
    bash: file("bash", "bash", 0o755),
    dash: file("dash", "dash", 0o755),
    libraries: [file("libc.so.6", "libc")],
  };
  const root = join(folder, "root");

  beforeAll(async () => {
    mkdirSync(root);
    await writeBaseImageFiles(root, sources);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("is laid out as Debian's: merged /usr, node where the official image has it", () => {
    expect(readlinkSync(join(root, "lib64"))).toBe("usr/lib64");
    expect(readFileSync(join(root, "usr/local/bin/node"), "utf8")).toBe("node's program");
    expect(readFileSync(join(root, "usr", join(folder, "libc.so.6")), "utf8")).toBe("libc");
    expect(readlinkSync(join(root, "usr/local/bin/nodejs"))).toBe("/usr/local/bin/node");
    expect(existsSync(join(root, "etc/ssl"))).toBe(false);
    expect(statSync(join(root, "tmp")).mode & 0o7777).toBe(0o1777);
  });

  it("has shells and tools, but no wget, because busybox's crashes", () => {
    expect(readlinkSync(join(root, "bin/sh"))).toBe("dash");
    expect(readFileSync(join(root, "bin/bash"), "utf8")).toBe("bash");
    expect(readlinkSync(join(root, "bin/cp"))).toBe("busybox");
    expect(lstatSync(join(root, "bin/busybox")).isFile()).toBe(true);
    expect(existsSync(join(root, "bin/wget"))).toBe(false);
  });

  it("has the users of the official image and nothing setuid", () => {
    expect(readFileSync(join(root, "etc/passwd"), "utf8")).toMatch(/^node:x:1000:1000::\/home\/node:\/bin\/bash$/m);
    expect(statSync(join(root, "bin/busybox")).mode & 0o6000).toBe(0);
  });

  describe("its entry point", () => {
    const bin = join(folder, "entrypoint");
    const program = (name: string, text: string, mode: number) => writeFileSync(join(bin, name), text, { mode });
    /** The command that runs, as printed by the programs. */
    const started = (...args: string[]) =>
      execFileSync("/bin/sh", [join(root, "usr/local/bin/docker-entrypoint.sh"), ...args], {
        cwd: bin,
        env: { PATH: `${bin}:/usr/bin:/bin` },
        encoding: "utf8",
      }).trim();

    beforeAll(() => {
      mkdirSync(bin);
      program("node", '#!/bin/sh\necho node "$@"\n', 0o755);
      program("server.js", "", 0o644);
      program("start.sh", '#!/bin/sh\necho start.sh "$@"\n', 0o755);
    });

    it.each([
      [["node", "server.js"], "node server.js"],
      [["--version"], "node --version"],
      [["server.js", "a b"], "node server.js a b"],
      [["./server.js"], "node ./server.js"],
      [["not-there.js"], "node not-there.js"],
      [["./start.sh", "--now"], "start.sh --now"],
      [["echo", "-n"], ""],
    ])("runs %j as %j", (args, line) => expect(started(...args)).toBe(line));
  });

  it("has another key when one of its sources changes", () => {
    const before = Buffer.concat(sourceContents(sources)).toString();
    writeFileSync(join(folder, "libc.so.6"), "libc, mended");
    expect(Buffer.concat(sourceContents(sources)).toString()).not.toBe(before);
  });

  it("has the official image's name, and labels that say what it is", () => {
    expect(baseImage()).toBe(`localhost:47600/node:${nodeVersion()}-trixie-slim`);
    const dockerfile = baseImageDockerfile("the-key");
    expect(dockerfile).toMatch(/^FROM scratch\nCOPY files\/ \/\n/);
    expect(dockerfile).toContain(`image.title="Stand-in for node:${nodeVersion()}-trixie-slim"`);
    expect(dockerfile).toContain(`NODE_VERSION=${nodeVersion()} YARN_VERSION=1.22.22\n`);
    expect(dockerfile).toMatch(/ENTRYPOINT \["docker-entrypoint\.sh"\]\nCMD \["node"\]\n$/);
    expect(dockerfile).toContain('dev.tarmac.stand-in="true"');
    expect(dockerfile).toContain('dev.tarmac.stand-in.key="the-key"');
  });
});

it("tags the pause image by a hash of its definition", () => {
  expect(pauseImage).toMatch(/^localhost:47600\/pause:[0-9a-f]{12}$/);
});
