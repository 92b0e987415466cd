/**
 * Release lines of Node.js and the last day on which each gets security fixes.
 *
 * Source: https://github.com/nodejs/Release (schedule.json), read on 2026-11-28. A line with an odd number has no long-term
 * support. A unit test fails 60 days before the line of the service's own base ends.
 */
const ends: Readonly<Record<number, string>> = {
  4: "2018-04-30",
  5: "2016-06-30",
  6: "2019-04-30",
  7: "2017-06-30",
  8: "2019-12-31",
  9: "2018-06-30",
  10: "2021-04-30",
  11: "2019-06-01",
  12: "2022-04-30",
  13: "2020-06-01",
  14: "2023-04-30",
  15: "2021-06-01",
  16: "2023-09-11",
  17: "2022-06-01",
  18: "2025-04-30",
  19: "2023-06-01",
  20: "2026-04-30",
  21: "2024-06-01",
  22: "2027-04-30",
  23: "2025-06-01",
  24: "2028-04-30",
  25: "2026-06-01",
  26: "2029-04-30",
};

/** Number of days before the end when warnings start. */
export const nodeWarningDays = 60;

/** @returns the last day of a release line, `2028-04-30`; `undefined` for one that is not in the table */
export const endOfNodeLine = (line: number): string | undefined => ends[line];

/** The release line in `NODE_VERSION`, which official images set, or in the name of an image such as `node:24.21.0-slim`. */
export function nodeLineOf(environment: readonly string[], images: readonly string[]): number | undefined {
  const found = [
    ...environment.map((variable) => /^NODE_VERSION=v?(\d+)\./.exec(variable)?.[1]),
    ...images.map((image) => /(?:^|\/)node:v?(\d+)(?=[.@-]|$)/.exec(image)?.[1]),
  ].find((line) => line !== undefined);
  return found === undefined ? undefined : Number(found);
}
