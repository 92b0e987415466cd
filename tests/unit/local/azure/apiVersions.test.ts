import { acceptsVersion } from "../../../../local/azure/apiVersions.ts";

const listed = ["2023-07-01", "2025-11-01", "2026-03-01-preview"];

describe("an api-version", () => {
  beforeAll(() => jest.useFakeTimers({ now: new Date("2026-11-28") }));
  afterAll(() => jest.useRealTimers());

  it.each(["2023-07-01", "2026-03-01-preview", "2026-09-01", "2026-09-01-preview"])("%s is accepted", (version) => {
    expect(acceptsVersion(listed, version)).toBe(true);
  });

  it.each([
    ["older than all listed versions", "1999-01-01"],
    ["between listed versions", "2024-01-01"],
    ["of the newest date, but stable", "2026-03-01"],
    ["in the future", "2027-01-01"],
    ["without a date", "2026-13-01"],
    ["with another suffix", "2026-09-01-alpha"],
    ["not a date at all", "latest"],
  ])("that is %s is refused", (_, version) => {
    expect(acceptsVersion(listed, version)).toBe(false);
  });
});
