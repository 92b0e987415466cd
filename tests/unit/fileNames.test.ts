/** A file is found by its name: no two sources, and no two tests of a kind, have the same one. */
import { execFileSync } from "node:child_process";
import { basename } from "node:path";

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
])("%s have names of their own", (_, some) => {
  expect(some.length).toBeGreaterThan(20);
  const named = Map.groupBy(some, (file) => basename(file).toLowerCase());
  expect([...named.values()].filter(({ length }) => length > 1)).toEqual([]);
});
