/** Checks that the tests in the tables of docs/azure-truth.md and docs/delivery-truth.md exist. */
import { existsSync, readFileSync } from "node:fs";

const pages = ["docs/azure-truth.md", "docs/delivery-truth.md"] as const;

interface Row {
  rule: string;
  source: string;
  seen: string;
}

const rowsOf = (page: string): Row[] =>
  readFileSync(page, "utf8")
    .split("\n")
    .filter((line) => line.startsWith("|"))
    // The heading and the line below it.
    .slice(2)
    .map((line) => {
      const [rule = "", source = "", seen = "", ...more] = line
        .replace(/^\|/, "")
        .replace(/\|\s*$/, "")
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim());
      if (more.length > 0) throw new Error(`this row has more than three cells: ${line}`);
      return { rule, source, seen };
    });

/** `file`: "name", "name" ... of a cell. */
const testsIn = (cell: string) =>
  [...cell.matchAll(/`(tests\/[^`]+)`: ((?:"[^"]+"(?:, )?)+)/g)].flatMap(([, file = "", names = ""]) =>
    [...names.matchAll(/"([^"]+)"/g)].map(([, name = ""]) => [file, name] as const),
  );

test.each(pages)("%s has rules, each once", (page) => {
  const rows = rowsOf(page);
  expect(rows.length).toBeGreaterThan(5);
  expect(new Set(rows.map(({ rule }) => rule)).size).toBe(rows.length);
});

test.each(pages.flatMap(rowsOf))("$rule: has a source, and a test or the words never seen", ({ source, seen }) => {
  expect(source).toMatch(/\[[^\]]+\]\(https:\/\/[^)]+\)/);
  const tests = testsIn(seen);
  if (tests.length === 0) expect(seen).toMatch(/^never seen/);
  for (const [file, name] of tests) {
    expect(existsSync(file) ? "exists" : `${file} does not exist`).toBe("exists");
    expect(namesOf(file)).toContain(name);
  }
});

/** The names of a file's tests and of the cases in its tables, which are string literals in the file. */
function namesOf(file: string): string[] {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(/"((?:[^"\\\n]|\\.)+)"|'((?:[^'\\\n]|\\.)+)'/g)].map(
    ([, double, single]) => double ?? single ?? "",
  );
}
