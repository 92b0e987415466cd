import * as pulumi from "@pulumi/pulumi";
import { throwIfAny } from "../../../components/invalidArguments.ts";

function caught(findings: Parameters<typeof throwIfAny>[0]): unknown {
  try {
    throwIfAny(findings);
  } catch (error) {
    return error;
  }
  return undefined;
}

test("accepts arguments without a problem", () => {
  expect(caught([])).toBeUndefined();
  expect(
    caught([
      ["a", undefined],
      ["b", undefined],
    ]),
  ).toBeUndefined();
});

test("names the argument of a single problem, in the form that Pulumi prints without a stack trace", () => {
  const error = caught([
    ["a", undefined],
    ["pools[0].name", "is bad"],
  ]);
  expect(pulumi.InputPropertyError.isInstance(error)).toBe(true);
  expect(error).toMatchObject({ propertyPath: "pools[0].name", reason: "is bad", message: "is bad" });
});

test("names the arguments of all problems at once", () => {
  const error = caught([
    ["a", "is bad"],
    ["b", undefined],
    ["c", "is worse"],
  ]);
  expect(pulumi.InputPropertiesError.isInstance(error)).toBe(true);
  expect(error).toMatchObject({
    message: "a: is bad\nc: is worse",
    errors: [
      { propertyPath: "a", reason: "is bad" },
      { propertyPath: "c", reason: "is worse" },
    ],
  });
});
