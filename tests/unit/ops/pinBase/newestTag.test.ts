import { hasVersion, newestTag } from "../../../../ops/pinBase/newestTag.ts";

const tags = [
  ...["24.21.0-trixie-slim", "24.9.0-trixie-slim", "24.21.2-trixie-slim", "24.22.0-trixie-slim", "25.0.0-trixie-slim"],
  ...[
    "24.30.0-bookworm-slim",
    "24.31.0",
    "v24.32.0-trixie-slim",
    "24.33-trixie-slim",
    "24.34.0-rc.1-trixie-slim",
    "latest",
  ],
];

it.each([
  ["24.21.0-trixie-slim", "minor", "24.22.0-trixie-slim"],
  ["24.21.0-trixie-slim", "patch", "24.21.2-trixie-slim"],
  ["24.22.0-trixie-slim", "minor", "24.22.0-trixie-slim"],
  ["24.22.1-trixie-slim", "minor", "24.22.1-trixie-slim"],
  ["v24.1.0-trixie-slim", "minor", "v24.32.0-trixie-slim"],
  ["24.1.0", "minor", "24.31.0"],
  ["24-trixie-slim", "minor", "24-trixie-slim"],
] as const)("%s, %s: %s", (tag, line, newest) => {
  expect(newestTag(tag, tags, line)).toBe(newest);
});

it("knows which tags are versions", () => {
  expect(["1.2.3", "v1.2.3-x", "1.2", "lts", "20260101"].map(hasVersion)).toEqual([true, true, false, false, false]);
});
