/** The pages match the code: each cause has a page, and the accuracy table has the actual cases and results. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Recovery } from "../../../../ops/doctor/causes/cause.ts";
import { causeCodes, recoveryFrom } from "../../../../ops/doctor/causes/causeCodes.ts";
import { accuracy } from "./accuracy.ts";

const root = join(__dirname, "..", "..", "..", "..");
const text = readFileSync(join(root, "docs", "doctor.md"), "utf8");

it("has a page only for existing causes", () => {
  expect(
    readdirSync(join(root, "docs", "causes")).filter((file) => !causeCodes.some((code) => `${code}.md` === file)),
  ).toEqual([]);
});

it("has an accuracy table that follows from the cases", () => {
  const rows = (text.split("\n## Accuracy\n")[1] ?? "")
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .slice(2)
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  expect(rows).toEqual(accuracy());
});

it.each<[string, Recovery]>([
  ["after the cause has stood for 5 s", "impossible"],
  ["after the second failed pull", 2],
  ["after the container has failed three times", 3],
  ["only at the provider's timeout, because waiting may help", "possible"],
])("lists the causes that end an update %s", (when, recovery) => {
  const row = text.split("\n").find((line) => line.startsWith(`| ${when} `)) ?? "";
  expect([...row.matchAll(/\[([a-z-]+)\]/g)].map(([, code]) => code)).toEqual(
    causeCodes.filter((code) => recoveryFrom(code) === recovery),
  );
});

it("lists every cause in the table except the catch-all", () => {
  const missing = causeCodes.filter((code) => !text.includes(`[${code}](causes/`));
  expect(missing).toEqual([]);
  expect(existsSync(join(root, "docs", "doctor-permissions.yaml"))).toBe(true);
});
