import { backendOf } from "../../../../ops/pulumi/stackBackend.ts";

const urls = JSON.stringify({ dev: "azblob://dev", prod: "azblob://prod" });

test.each([
  ["dev", "azblob://dev"],
  ["dev-feature-x", "azblob://dev"],
  ["contoso/tarmac/prod", "azblob://prod"],
  ["development", undefined],
  ["staging", undefined],
])("the state of %s is in %s", (stack, url) => {
  expect(backendOf(stack, { PULUMI_BACKEND_URLS: urls })).toEqual(url === undefined ? {} : { PULUMI_BACKEND_URL: url });
});

test.each([undefined, ""])("without backends by environment (%j), the caller's backend is used", (text) => {
  expect(backendOf("dev", { PULUMI_BACKEND_URLS: text })).toEqual({});
});

test.each(["azblob://dev", '["azblob://dev"]', '{"dev":1}', "null"])("%s is rejected", (text) => {
  expect(() => backendOf("dev", { PULUMI_BACKEND_URLS: text })).toThrow(
    `PULUMI_BACKEND_URLS: "${text}" is not a JSON object of backend URLs by environment; use e.g. {"dev":"azblob://pulumi-state-dev?storage_account=contosostate"}`,
  );
});
