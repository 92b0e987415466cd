import { join } from "node:path";

import { contextEntries, ignorePatterns } from "../../../../../local/plugins/docker/contextFiles.ts";
import { contextFolder, removeFolders } from "./contextFolder.ts";

afterAll(removeFolders);

const paths = (files: Record<string, string>, dockerfile = "Dockerfile") => {
  const folder = contextFolder(files);
  return contextEntries(folder, ignorePatterns(folder, join(folder, dockerfile))).map(({ path }) => path);
};

it("are all files, links and folders, in the order of their names' bytes", () => {
  expect(paths({ b: "", "a/z": "", "a.txt": "", B: "", link: "-> b" })).toEqual([
    "B",
    "a",
    "a/z",
    "a.txt",
    "b",
    "link",
  ]);
});

it("are without what .dockerignore names, comments and blank lines aside", () => {
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

it("tell upper from lower case", () => {
  expect(paths({ ".dockerignore": "readme.md", "README.md": "" })).toEqual([".dockerignore", "README.md"]);
});

it("are with what an exception brings back from an ignored folder, however deep", () => {
  const files = {
    ".dockerignore": "*\n!app/src\n!**/keep.txt\n",
    "app/src/a/b.js": "",
    "app/c.js": "",
    "x/y/keep.txt": "",
  };
  expect(paths(files)).toEqual(["app/src", "app/src/a", "app/src/a/b.js", "x/y/keep.txt"]);
});

it("are as the Dockerfile's own ignore file says where there is one", () => {
  const files = { ".dockerignore": "a", "prod.Dockerfile.dockerignore": "b", a: "", b: "" };
  expect(paths(files, "prod.Dockerfile")).toEqual([".dockerignore", "a", "prod.Dockerfile.dockerignore"]);
});
