import { nameOf, plainType, titleOf, typeOf } from "../../../../ops/pulumi/urn.ts";

test("a type is printed without the API version that the program requests", () => {
  expect(plainType("azure-native:network/v20240101preview:VirtualNetwork")).toBe("azure-native:network:VirtualNetwork");
  expect(plainType("kubernetes:core/v1:Namespace")).toBe("kubernetes:core/v1:Namespace");
});

test("a resource is printed with its name and its own type", () => {
  const urn = "urn:pulumi:prod::tarmac::tarmac:azure:Network$azure-native:network/v20240101:VirtualNetwork::hello::net";
  expect(nameOf(urn)).toBe("hello::net");
  expect(typeOf(urn)).toBe("azure-native:network/v20240101:VirtualNetwork");
  expect(titleOf(urn)).toBe("hello::net (azure-native:network:VirtualNetwork)");
});

test.each([[undefined], [""], ["urn:pulumi:prod::tarmac::pulumi:pulumi:Stack::tarmac-prod"]])(
  "%j names no resource of a message",
  (urn) => {
    expect(titleOf(urn)).toBeUndefined();
  },
);
