import { existsSync, readFileSync } from "node:fs";
import { withRules } from "../../../../tools/pages/rulesPage.ts";

const page = readFileSync("docs/policies.md", "utf8");

it("docs/policies.md describes every rule as the rule does (npm run write-policies)", () => {
  expect(page).toBe(withRules(page));
});

it("names only existing files", () => {
  const named = [...page.matchAll(/`((?:ops|policy|tests)\/[\w./-]+)`/g)].map(([, path = ""]) => path);
  expect(named.filter((path) => !/[A-Z]{4}/.test(path) && !existsSync(path))).toEqual([]);
  expect(named.length).toBeGreaterThan(3);
});

it("refuses a page without a place for the rules", () => {
  expect(() => withRules("# Policies")).toThrow(
    'docs/policies.md has no lines "<!-- rules: written by npm run write-policies -->"',
  );
});
