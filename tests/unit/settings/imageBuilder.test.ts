import * as pulumi from "@pulumi/pulumi";
import { imageArgs } from "../../../settings/imageSettings.ts";
import { readSettings } from "../../../settings/readSettings.ts";

const registry = { resourceId: pulumi.output("/subscriptions/s/registries/hello"), roleMode: "abac" } as const;
const argsWith = (buildWith: string) =>
  imageArgs(readSettings("dev", { location: "swedencentral", buildWith }), registry);

test("the registry builds the image only on request", () => {
  expect(argsWith("docker").buildIn).toBeUndefined();
  expect(argsWith("acr").buildIn).toEqual({ registryId: registry.resourceId, roleMode: "abac" });
});
