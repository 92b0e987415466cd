import { join } from "node:path";

import { contextEntries, ignorePatterns } from "../../../../../local/plugins/docker/contextFiles.ts";
import { contextFolder, removeFolders } from "./contextFolder.ts";

afterAll(removeFolders);

const paths = (files: Record<string, string>, dockerfile = "Dockerfile") => {
  const folder = contextFolder(files);
  return contextEntries(folder, ignorePatterns(folder, join(folder, dockerfile))).map(({ path }) => path);
};

it("are all files, links and folders, in byte order of their names", () => {
  expect(paths({ b: "", "a/z": "", "a.txt": "", B: "", link: "-> b" })).toEqual([
    "B",
    "a",
    "a/z",
    "a.txt",
    "b",
    "link",
  ]);
});

it("exclude what .dockerignore names, whose comments and blank lines do not count", () => {
  const files = { ".dockerignore": "# packages\nnode_modules\n\n *.log \n/secret\n", a: "", "a.log": "", secret: "" };
  expect(paths({ ...files, "node_modules/x/y": "", "sub/b.log": "", "sub/node_modules/z": "" })).toEqual([
    ".dockerignore",
    "a",
    "sub",
    "sub/b.log",
    "sub/node_modules",
    "sub/node_modules/z",
  ]);
});

it("are matched case-sensitively", () => {
  expect(paths({ ".dockerignore": "readme.md", "README.md": "" })).toEqual([".dockerignore", "README.md"]);
});

it("include what an exception names in an ignored folder, at any depth", () => {
  const files = {
    ".dockerignore": "*\n!app/src\n!**/keep.txt\n",
    "app/src/a/b.js": "",
    "app/c.js": "",
    "x/y/keep.txt": "",
  };
  expect(paths(files)).toEqual(["app/src", "app/src/a", "app/src/a/b.js", "x/y/keep.txt"]);
});

it("follow the Dockerfile's own ignore file if it exists", () => {
  const files = { ".dockerignore": "a", "prod.Dockerfile.dockerignore": "b", a: "", b: "" };
  expect(paths(files, "prod.Dockerfile")).toEqual([".dockerignore", "a", "prod.Dockerfile.dockerignore"]);
});
