/** A file is found by its name: no two sources, and no two tests of a kind, have the same one. */
import { execFileSync } from "node:child_process";
import { basename, extname } from "node:path";

/** Names that a tool or a platform prescribes, and what each program or example has once. */
const prescribed = ["index.ts", "action.yml", "jest.config.mjs", "server.js"];

const files = execFileSync("git", ["ls-files"], { encoding: "utf8", maxBuffer: 2 ** 26 })
  .split("\n")
  .filter((file) => /\.(ts|mjs|js)$/.test(file) && !prescribed.includes(basename(file)));
const isTest = (file: string) => file.endsWith(".test.ts");

it.each([
  ["sources", files.filter((file) => !isTest(file))],
  ["unit tests", files.filter((file) => isTest(file) && file.startsWith("tests/unit/"))],
  ["end-to-end tests", files.filter((file) => isTest(file) && file.startsWith("tests/e2e/"))],
])("%s have distinct names", (_, some) => {
  expect(some.length).toBeGreaterThan(20);
  const named = Map.groupBy(some, (file) => basename(file).toLowerCase());
  expect([...named.values()].filter(({ length }) => length > 1)).toEqual([]);
});

/** The words of a name, without their order and number: `imageChecks.ts` and `checkImage.ts` have the same. */
const wordsOf = (file: string): string =>
  (basename(file, extname(file)).match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+/g) ?? [])
    .map((word) => word.toLowerCase().replace(/(?<=[^s])s$/, ""))
    .toSorted()
    .join(" ");

it("no two sources have names that differ only in the order of words or in a plural", () => {
  // The command that npm links, and the program that it starts.
  const sources = files.filter((file) => !isTest(file) && file !== "ops/bin/tarmac.mjs");
  const alike = [...Map.groupBy(sources, wordsOf).values()].filter(({ length }) => length > 1);
  expect(alike).toEqual([]);
});
