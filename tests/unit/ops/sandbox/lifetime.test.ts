import { expiry, fromNow, lifetime } from "../../../../ops/sandbox/lifetime.ts";
import { expiryProblem } from "../../../../validate/tags.ts";

test.each([
  ["15m", 15],
  ["8h", 480],
  ["30d", 43_200],
])("%s are %i minutes", (text, minutes) => {
  expect(lifetime(text)).toBe(minutes);
});

test.each(["8", "14m", "31d", "-1h", "1.5h", "", "8 h", "forever"])("%j is not a lifetime", (text) => {
  expect(() => lifetime(text)).toThrow(`--ttl: "${text}" is not a lifetime: use 15m to 30d, e.g. "8h", "90m" or "3d"`);
});

test("an expiry has the form of the stack's setting", () => {
  const expires = expiry(new Date("2026-11-23T12:00:00.123Z"), 90);
  expect(expires).toBe("2026-11-23T13:30:00Z");
  expect(expiryProblem(expires, Date.parse("2026-11-23T12:00:00Z"))).toBeUndefined();
});

test.each([
  ["2026-11-23T20:00:00Z", "in 8 h"],
  ["2026-11-23T13:30:00Z", "in 1 h 30 min"],
  ["2026-11-26T13:00:00Z", "in 3 d 1 h"],
  ["2026-11-23T11:45:00Z", "15 min ago"],
  ["2026-11-23T12:00:20Z", "in 0 min"],
])("%s is %s", (time, words) => {
  expect(fromNow(new Date(time), new Date("2026-11-23T12:00:00Z"))).toBe(words);
});
