import fc from "fast-check";
import { editDistance } from "../../../validate/editDistance.ts";

const word = fc.string({ unit: fc.constantFrom(..."abcé🚀"), maxLength: 8 });

test.each([
  ["", "", 0],
  ["", "abc", 3],
  ["replicas", "replica", 1],
  ["kitten", "sitting", 3],
  ["vmsize", "vmSize", 1],
])("from %j to %j is %i", (a, b, distance) => {
  expect(editDistance(a, b)).toBe(distance);
  expect(editDistance(b, a)).toBe(distance);
});

test("is a metric: zero only between equal words, symmetric, and no detour is shorter", () => {
  fc.assert(
    fc.property(word, word, word, (a, b, c) => {
      expect(editDistance(a, b) === 0).toBe(a === b);
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
    }),
  );
});

test("is between the difference of the lengths and the longer length", () => {
  fc.assert(
    fc.property(word, word, (a, b) => {
      expect(editDistance(a, b)).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
      expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
    }),
  );
});

test("does not depend on a common beginning or end", () => {
  fc.assert(
    fc.property(word, word, word, word, (start, a, b, end) => {
      expect(editDistance(start + a + end, start + b + end)).toBeLessThanOrEqual(editDistance(a, b));
    }),
  );
});
