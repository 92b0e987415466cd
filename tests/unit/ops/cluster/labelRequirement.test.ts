import { meets } from "../../../../ops/cluster/labelRequirement.ts";

const labels = { zone: "1", size: "16", empty: "" };

it.each([
  ["zone", "In", ["1", "2"], true],
  ["zone", "In", ["2"], false],
  ["other", "In", ["1"], false],
  ["zone", "NotIn", ["2"], true],
  ["zone", "NotIn", ["1"], false],
  ["other", "NotIn", ["1"], true],
  ["empty", "Exists", undefined, true],
  ["other", "Exists", undefined, false],
  ["other", "DoesNotExist", undefined, true],
  ["empty", "DoesNotExist", undefined, false],
  ["size", "Gt", ["8"], true],
  ["size", "Gt", ["16"], false],
  ["size", "Lt", ["32"], true],
  ["other", "Lt", ["32"], false],
  ["zone", "NewerThanThis", ["2"], true],
])("%s %s %j is %s", (key, operator, values, expected) => {
  expect(meets({ key, operator, ...(values === undefined ? {} : { values }) }, labels)).toBe(expected);
});
