import fc from "fast-check";
import { registryNameProblem, repositoryOwnerProblem } from "../../../validate/azureNames.ts";

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

describe("a repository of a registry with owners", () => {
  test.each([
    ["ghcr.io", "contoso/hello"],
    ["registry.example.com", "hello"],
  ])("at %s can be %j", (server, repository) => {
    expect(repositoryOwnerProblem(server, repository)).toBeUndefined();
  });

  test.each([
    ["docker.io", "in Docker's own library/"],
    ["ghcr.io", "without an owner"],
  ])("at %s needs the owner's name in front", (server, where) => {
    expect(repositoryOwnerProblem(server, "hello")).toBe(
      `"hello" would be pushed to ${server} ${where}, where nobody else may push: use OWNER/hello`,
    );
  });
});
