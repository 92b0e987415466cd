/** CONTRIBUTING.md names one file for each of at least twenty typical changes, and the files exist. */
import { readFileSync, statSync } from "node:fs";

const table =
  /\| to change +\| open +\|\n\|[ |-]+\n((?:\|.*\n)+)/.exec(readFileSync("CONTRIBUTING.md", "utf8"))?.[1] ?? "";
const changes = table
  .trim()
  .split("\n")
  .map((row) => /^\| (.+?) +\| `(.+)` +\|$/.exec(row)?.slice(1) ?? [row, ""]);

it("names at least twenty changes, each once", () => {
  expect(changes.length).toBeGreaterThanOrEqual(20);
  expect(new Set(changes.map(([change]) => change)).size).toBe(changes.length);
});

it.each(changes)("%s: %s", (_, file = "") => {
  expect(statSync(file).isFile()).toBe(true);
});
