/** The references in the pages exist: linked files and headings, files named in code spans, npm scripts. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { pages } from "./documentPages.ts";

const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
/** Top-level folders whose files the pages name. */
const folders = [".ci", ".github", ...globSync("*/").map((path) => path.replace(/\/$/, ""))];

const textOf = (page: string) => readFileSync(page, "utf8");
/** Without code blocks, whose brackets and backticks mean something else. */
const proseOf = (page: string) => textOf(page).replace(/^ *```.*?^ *```/gms, "");
const codeSpansOf = (page: string) => [...proseOf(page).matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code);

const topOf = (path: string) => path.split("/")[0] ?? "";

/** Anchors of a page's headings, by GitHub's rule. */
const anchorsOf = (page: string) =>
  [...proseOf(page).matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );

/** The links of a page that lead nowhere. */
function deadLinks(page: string): string[] {
  const links = [
    ...proseOf(page)
      .replace(/`[^`\n]*`/g, "")
      .matchAll(/\]\(([^)\s]+)\)/g),
  ].map(([, link = ""]) => link);
  return links
    .filter((link) => !/^(https?|mailto):/.test(link))
    .filter((link) => {
      const [file = "", anchor] = link.split("#");
      const target = file === "" ? page : normalize(join(dirname(page), file));
      if (!existsSync(target)) return true;
      return anchor !== undefined && !anchorsOf(target).includes(anchor);
    });
}

/**
 * Files and folders of the project that a page names in code spans and that do not exist: in a top-level folder, or in one beside the
 * page. Names that begin with capitals as placeholders pass.
 */
const missingFiles = (page: string): string[] =>
  codeSpansOf(page).filter(
    (code) =>
      /^\.?[\w.-]+\/[\w./-]*$/.test(code) &&
      (folders.includes(topOf(code)) || (topOf(code) !== ".." && existsSync(join(dirname(page), topOf(code))))) &&
      !/(^|\/)[A-Z]{2,}/.test(code.replace(/(README|CONTRIBUTING)\.md$/, "")) &&
      !existsSync(code) &&
      !existsSync(join(dirname(page), code)),
  );

const missingScripts = (page: string): string[] =>
  [...textOf(page).matchAll(/\bnpm run ([a-z][\w:-]*)/g)].flatMap(([, name = ""]) => (name in scripts ? [] : [name]));

test("finds pages to check, including those in the repository's root", () => {
  expect(pages).toEqual(expect.arrayContaining(["CONTRIBUTING.md", "README.md", "docs/doctor.md", "local/README.md"]));
});

describe.each(pages)("%s", (page) => {
  test("has no dead relative link", () => expect(deadLinks(page)).toEqual([]));
  test("names no missing file", () => expect(missingFiles(page)).toEqual([]));
  test("names no missing npm script", () => expect(missingScripts(page)).toEqual([]));
});
