import fc from "fast-check";
import { integerProblem } from "../../../validate/numbers.ts";

test.each([1, 2, 10])("%d is a whole number from 1 to 10", (value) => {
  expect(integerProblem(value, 1, 10)).toBeUndefined();
});

test.each([0, 11, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("%d is not", (value) => {
  expect(integerProblem(value, 1, 10)).toBe(`${value} is out of range: use a whole number from 1 to 10`);
});

test("a whole number is valid exactly within its range", () => {
  const whole = fc.integer({ min: -50, max: 50 });
  fc.assert(
    fc.property(whole, whole, whole, (value, a, b) => {
      const [least, most] = [Math.min(a, b), Math.max(a, b)];
      expect(integerProblem(value, least, most) === undefined).toBe(least <= value && value <= most);
    }),
  );
});
