/** The page about the preflight describes every check with the check's own text. */
import { readFileSync } from "node:fs";
import { everyCheck } from "../../../ops/preflight/everyCheck.ts";

test("has a row for each check, in the order of the report", () => {
  const rows = [...readFileSync("docs/preflight.md", "utf8").matchAll(/^\| `([a-z-]+)`\s*\| (.*?)\s*\|$/gm)];
  expect(rows.map(([, name, about]) => [name, about])).toEqual(everyCheck.map(({ name, about }) => [name, about]));
});
