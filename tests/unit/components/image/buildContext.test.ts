import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { contentTag, contextEntries } from "../../../../components/image/buildContext.ts";

const temporary = mkdtempSync(join(tmpdir(), "build-context-"));
afterAll(() => rmSync(temporary, { recursive: true }));

const dockerfile = join(temporary, "Dockerfile");
writeFileSync(dockerfile, "FROM scratch\n");
const options = { target: "", platform: "linux/amd64" };

/** Writes files, by path from the folder, in the given order. */
function folderWith(files: Record<string, string | Uint8Array>, order = Object.keys(files)): string {
  const folder = mkdtempSync(join(temporary, "context-"));
  for (const path of order) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), files[path] ?? "", { mode: 0o644 });
  }
  return folder;
}

const tagOf = (folder: string, more: { options?: Record<string, string>; dockerfile?: string } = {}) =>
  contentTag({ folder, dockerfile, options, ...more });

const segment = fc
  .string({ unit: fc.constantFrom(..."abAB01-_é "), minLength: 1, maxLength: 6 })
  .map((text) => `n${text}`);
// Files below "d", folders only there: a path is never both.
const path = fc.oneof(
  segment,
  segment.map((name) => `d/${name}`),
  segment.map((name) => `d/e.d/${name}`),
);
const content = fc.uint8Array({ maxLength: 40 });
const tree = fc
  .uniqueArray(fc.tuple(path, content), { minLength: 1, maxLength: 6, selector: ([name]) => name.toLowerCase() })
  .map((entries) => Object.fromEntries(entries));
const runs = { numRuns: 30 };

describe("the tag of a build context", () => {
  test("is twelve hexadecimal digits, and the same for the same content on every machine", () => {
    const folder = folderWith({ "src/main.ts": "listen()\n", "package.json": "{}" });
    expect(tagOf(folder)).toBe("87c2c81b5473");
  });

  test("does not depend on the folder, or on when and in which order its files were written", () => {
    fc.assert(
      fc.property(tree, fc.date({ min: new Date(0), max: new Date(2 ** 41), noInvalidDate: true }), (files, time) => {
        const other = folderWith(files, Object.keys(files).reverse());
        for (const name of Object.keys(files)) utimesSync(join(other, name), time, time);
        expect(tagOf(other)).toBe(tagOf(folderWith(files)));
      }),
      runs,
    );
  });

  test("changes with any byte of any file", () => {
    fc.assert(
      fc.property(tree, fc.nat(), fc.nat(), (files, which, where) => {
        const names = Object.keys(files);
        const name = names[which % names.length] ?? "";
        const changed = Uint8Array.from(files[name] ?? []);
        fc.pre(changed.length > 0);
        changed[where % changed.length]! ^= 1;
        expect(tagOf(folderWith({ ...files, [name]: changed }))).not.toBe(tagOf(folderWith(files)));
      }),
      runs,
    );
  });

  test("changes when a file is added, removed or renamed", () => {
    fc.assert(
      fc.property(tree, content, (files, bytes) => {
        const tag = tagOf(folderWith(files));
        expect(tagOf(folderWith({ ...files, added: bytes }))).not.toBe(tag);
        const [[name, first] = ["", new Uint8Array()], ...rest] = Object.entries(files);
        expect(tagOf(folderWith(Object.fromEntries(rest)))).not.toBe(tag);
        expect(tagOf(folderWith({ ...Object.fromEntries(rest), [`${name}2`]: first }))).not.toBe(tag);
      }),
      runs,
    );
  });

  test("separates the end of one file from the beginning of the next", () => {
    expect(tagOf(folderWith({ a: "xy", b: "z" }))).not.toBe(tagOf(folderWith({ a: "x", b: "yz" })));
    expect(tagOf(folderWith({ ab: "c" }))).not.toBe(tagOf(folderWith({ a: "bc" })));
  });

  test("changes when a file becomes executable, not when others may write it", () => {
    const folder = folderWith({ "run.sh": "#!/bin/sh\n" });
    const tag = tagOf(folder);
    chmodSync(join(folder, "run.sh"), 0o664);
    expect(tagOf(folder)).toBe(tag);
    chmodSync(join(folder, "run.sh"), 0o755);
    expect(tagOf(folder)).not.toBe(tag);
  });

  test("changes with the target of a link, not with the target's content", () => {
    const [one, two, three] = [folderWith({ a: "x" }), folderWith({ a: "x" }), folderWith({ a: "x" })];
    symlinkSync("a", join(one, "link"));
    symlinkSync("b", join(two, "link"));
    writeFileSync(join(three, "link"), "x");
    expect(new Set([one, two, three].map((folder) => tagOf(folder))).size).toBe(3);
  });

  test("changes with the Dockerfile, wherever it is", () => {
    const folder = folderWith({ a: "x" });
    const other = join(temporary, "Other.Dockerfile");
    writeFileSync(other, "FROM scratch\nUSER 10001\n");
    expect(tagOf(folder, { dockerfile: other })).not.toBe(tagOf(folder));
  });

  test("changes with the name and value of every option, not with their order", () => {
    const folder = folderWith({ a: "x" });
    const pair = fc.tuple(fc.string({ minLength: 1 }), fc.string());
    fc.assert(
      fc.property(
        fc
          .uniqueArray(pair, { minLength: 1, selector: ([name]) => name })
          .filter((all) => all.every(([name]) => name !== "__proto__")),
        fc.string(),
        (pairs, value) => {
          const tag = tagOf(folder, { options: Object.fromEntries(pairs) });
          expect(tagOf(folder, { options: Object.fromEntries(pairs.toReversed()) })).toBe(tag);
          const [[name, old] = ["", ""], ...rest] = pairs;
          expect(tagOf(folder, { options: Object.fromEntries(rest) })).not.toBe(tag);
          fc.pre(old !== value);
          expect(tagOf(folder, { options: Object.fromEntries([[name, value], ...rest]) })).not.toBe(tag);
        },
      ),
    );
  });
});

describe("the files of a build context", () => {
  test("are sorted, with paths relative to the folder, hidden files and subfolders included", () => {
    const folder = folderWith({ "b.ts": "", ".hidden": "", "a/z": "", "a/b/c": "" });
    expect(contextEntries(folder)).toEqual([".hidden", "a/b/c", "a/z", "b.ts"]);
  });

  test("are found from a relative path with a trailing slash", () => {
    const folder = folderWith({ "a/b": "" });
    expect(contextEntries(`${join(folder, "..", folder.split("/").pop() ?? "")}/`)).toEqual(["a/b"]);
  });

  test("are those that .dockerignore keeps: exceptions, wildcards and comments as Docker reads them", () => {
    const folder = folderWith({
      ".dockerignore": "# all but the source\n*\n!src\n!package.json\nsrc/**/*.test.ts\n",
      "package.json": "",
      "README.md": "",
      "src/main.ts": "",
      "src/deep/main.test.ts": "",
      "node_modules/x/index.js": "",
    });
    expect(contextEntries(folder)).toEqual(["package.json", "src/deep", "src/main.ts"]);
  });

  test("are those that the Dockerfile's own ignore file keeps, if there is one", () => {
    const folder = folderWith({
      ".dockerignore": "a\n",
      "Dockerfile.dockerignore": "b\n",
      "build/other.Dockerfile.dockerignore": "c\nbuild\n.dockerignore\n*.dockerignore",
      ...{ a: "", b: "", c: "" },
    });
    const all = [".dockerignore", "Dockerfile.dockerignore", "a", "b", "build/other.Dockerfile.dockerignore", "c"];
    expect(contextEntries(folder)).toEqual(all.filter((path) => path !== "b"));
    expect(contextEntries(folder, join(folder, "build", "other.Dockerfile"))).toEqual(["a", "b"]);
    expect(contextEntries(folder, join(folder, "third.Dockerfile"))).toEqual(all.filter((path) => path !== "a"));
  });

  test("include empty folders, because COPY creates them", () => {
    const folder = folderWith({ "src/main.ts": "", ".dockerignore": "kept/*\ngone\n" });
    const tag = tagOf(folder);
    for (const path of ["data/cache", "kept/below", "gone/below"]) mkdirSync(join(folder, path), { recursive: true });
    expect(contextEntries(folder)).toEqual([".dockerignore", "data/cache", "kept", "src/main.ts"]);
    expect(tagOf(folder)).not.toBe(tag);
  });

  test("exclude ignored files: tests, packages and notes cause no build", () => {
    const files = { ".dockerignore": "notes\n*.log\n", "main.ts": "x" };
    const tag = tagOf(folderWith({ ...files, "notes/a": "1" }));
    expect(tagOf(folderWith({ ...files, "notes/a": "2", "b.log": "3" }))).toBe(tag);
    expect(tagOf(folderWith({ ...files, "main.ts": "y" }))).not.toBe(tag);
  });

  test("differ by case, as on the nodes", () => {
    expect(contextEntries(folderWith({ ".dockerignore": "readme.md\n", "README.md": "" }))).toEqual([
      ".dockerignore",
      "README.md",
    ]);
  });

  test("of this project's service are its sources and manifests", () => {
    const files = contextEntries("app");
    expect(files).toEqual(expect.arrayContaining(["package.json", "package-lock.json", "src/main.ts"]));
    expect(files.filter((file) => !/^(src|image)\/|^package(-lock)?\.json$/.test(file))).toEqual([]);
  });
});
