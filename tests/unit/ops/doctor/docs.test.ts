/** The pages follow the code: there is one for each cause, and the accuracy table says what was really made and said. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { causeCodes } from "../../../../ops/doctor/causes/codes.ts";
import { accuracy } from "./accuracy.ts";

const root = join(__dirname, "..", "..", "..", "..");
const text = readFileSync(join(root, "docs", "doctor.md"), "utf8");

it("has no page of a cause that is none", () => {
  expect(
    readdirSync(join(root, "docs", "causes")).filter((file) => !causeCodes.some((code) => `${code}.md` === file)),
  ).toEqual([]);
});

it("has an accuracy table that is what the cases give", () => {
  const rows = text
    .split("\n")
    .filter((line) => line.startsWith("| ["))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  expect(rows).toEqual(accuracy());
});

it("has every cause in the table but the one that is none", () => {
  const missing = causeCodes.filter((code) => !text.includes(`| [${code}]`) && code !== "not-diagnosed");
  expect(missing).toEqual([]);
  expect(existsSync(join(root, "docs", "doctor-permissions.yaml"))).toBe(true);
});
