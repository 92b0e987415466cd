import { readdirSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import {
  aksVersions,
  daysUntilEndOf,
  endingVersionWarning,
  supportedMinors,
  unsupportedVersionProblem,
  warningDays,
} from "../../../validate/aksVersions.ts";

const at = (time: string) => new Date(time);
const november = at("2026-11-28T08:00:00Z");

test("the table is sorted: by version, by availability, and each version ends after the one before", () => {
  const numbers = aksVersions.map(({ minor }) => Number(minor.split(".")[1]));
  expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
  for (const key of ["available", "supportEnd", "longTermEnd"] as const) {
    const dates = aksVersions.map((version) => version[key]);
    expect(dates).toEqual([...dates].sort());
    expect(dates.filter((date) => Number.isNaN(Date.parse(date)))).toEqual([]);
  }
  for (const { supportEnd, longTermEnd } of aksVersions) expect(longTermEnd > supportEnd).toBe(true);
});

test("a version is supported through the last day of its support", () => {
  expect(daysUntilEndOf("2026-11-30", at("2026-11-30T23:59:59Z"))).toBe(0);
  expect(daysUntilEndOf("2026-11-30", at("2026-12-01T00:00:01Z"))).toBe(-1);
  expect(supportedMinors(false, at("2026-11-30T23:59:59Z"))).toEqual(["1.34", "1.35", "1.36", "1.37"]);
  expect(supportedMinors(false, at("2026-12-01T00:00:01Z"))).toEqual(["1.35", "1.36", "1.37"]);
  expect(supportedMinors(true, november)).toEqual(["1.31", "1.32", "1.33", "1.34", "1.35", "1.36", "1.37"]);
});

test.each<[string, boolean, string | undefined]>([
  ["1.36", false, undefined],
  ["1.36.2", false, undefined],
  ["1.34", false, undefined],
  [
    "1.33",
    false,
    'AKS supported "1.33" until 2026-07-31 and creates no cluster with it: use "1.37", the newest, or one of "1.34", "1.35", "1.36", ' +
      "or set clusterTier to Premium, whose long-term support lasts until 2027-07-31",
  ],
  ["1.33", true, undefined],
  [
    "1.30",
    true,
    'AKS supported "1.30" until 2026-07-31 and creates no cluster with it: use "1.37", the newest, or one of "1.31", "1.32", "1.33", "1.34", "1.35", "1.36"',
  ],
  [
    "1.21",
    false,
    '"1.21" is older than every version that AKS supports: use "1.37", the newest, or one of "1.34", "1.35", "1.36"',
  ],
  ["1.40", false, undefined],
])("the problem of %s (long-term support: %s)", (version, longTerm, problem) => {
  expect(unsupportedVersionProblem(version, longTerm, november)).toBe(problem);
});

test.each<[string, string, string | undefined]>([
  ["1.36", "2026-11-28", undefined],
  [
    "1.34",
    "2026-11-28",
    'AKS ends its support of "1.34" in 2 days, on 2026-11-30, and may already refuse new clusters with it: upgrade one minor version at a time; ' +
      'use "1.37", the newest, or one of "1.34", "1.35", "1.36"',
  ],
  ["1.34", "2026-11-30", 'AKS ends its support of "1.34" today, on 2026-11-30, and may'],
  ["1.34", "2026-11-29", 'AKS ends its support of "1.34" in 1 day, on 2026-11-30, and may'],
  ["1.34", "2026-10-01", undefined],
  ["1.34", "2026-10-02", 'AKS ends its support of "1.34" in 59 days'],
  ["1.33", "2026-11-28", undefined],
  ["1.21", "2026-11-28", undefined],
  [
    "1.38",
    "2026-11-28",
    '"1.38" is newer than tarmac\'s table of versions, which ends with "1.37": check az aks get-versions --location LOCATION',
  ],
])("the warning about %s on %s", (version, day, warning) => {
  const said = endingVersionWarning(version, false, at(`${day}T08:00:00Z`));
  if (warning === undefined) expect(said).toBeUndefined();
  else expect(said).toContain(warning);
});

describe("the stack files", () => {
  const files = readdirSync(".").filter((file) => /^Pulumi\..+\.yaml$/.test(file));
  const versionIn = (file: string) =>
    (parse(readFileSync(file, "utf8")) as { config?: Record<string, string> }).config?.["tarmac:kubernetesVersion"];

  test.each(files)("%s names no version whose support ends within the warning's days", (file) => {
    const version = versionIn(file);
    if (version === undefined) return;
    const end = aksVersions.find(({ minor }) => version.startsWith(minor))?.supportEnd ?? "";
    expect(daysUntilEndOf(end, new Date())).toBeGreaterThanOrEqual(warningDays);
  });
});

test("a table without a supported version asks for an update of tarmac", () => {
  expect(unsupportedVersionProblem("1.37", false, at("2040-01-01T00:00:00Z"))).toBe(
    `AKS supported "1.37" until 2027-10-31 and creates no cluster with it: update tarmac, whose table of versions (validate/aksVersions.ts) has no supported one`,
  );
});

test("a version newer than the table needs a check, on any day", () => {
  expect(endingVersionWarning("1.99", false)).toBe(
    `"1.99" is newer than tarmac's table of versions, which ends with "1.37": check az aks get-versions --location LOCATION`,
  );
});
