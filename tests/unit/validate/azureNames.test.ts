import fc from "fast-check";
import { registryNameProblem } from "../../../validate/azureNames.ts";

describe("the name of a registry", () => {
  const message = (value: string) =>
    `"${value}" is not a registry name: use 5 to 50 letters and digits, e.g. "contosohello"`;

  test.each(["hello", "ContosoHello1", "a".repeat(50)])("can be %j", (name) => {
    expect(registryNameProblem(name)).toBeUndefined();
  });

  test.each(["", "four", "contoso-hello", "contoso.hello", "a".repeat(51)])("cannot be %j", (name) => {
    expect(registryNameProblem(name)).toBe(message(name));
  });

  test("is rejected with the value itself, whatever that is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (value) => {
        expect([undefined, message(value)]).toContain(registryNameProblem(value));
      }),
    );
  });
});
