import { maskAll, masker } from "../../../../ops/report/mask.ts";

const env = {
  PULUMI_CONFIG_PASSPHRASE: "correct horse battery",
  PULUMI_CONFIG_PASSPHRASE_FILE: "/run/secrets/passphrase",
  AZURE_STORAGE_KEY: "a2V5IG9mIHRoZSBzdGF0ZQ==",
  ARM_CLIENT_SECRET: "s3cr3t/with+signs",
  REGISTRY_PASSWORD: "short",
  LOCATION: "westeurope",
};
const hide = masker(env);

describe("secrets in a report", () => {
  it.each([
    ["of the environment, by name", "wrong passphrase correct horse battery!", "wrong passphrase [secret]!"],
    ["in base64", `Basic ${Buffer.from("s3cr3t/with+signs").toString("base64")}`, "Basic [secret]"],
    ["in an address", "x?p=s3cr3t%2Fwith%2Bsigns", "x?p=[secret]"],
    ["of a storage key", "AccountName=a;key a2V5IG9mIHRoZSBzdGF0ZQ==", "AccountName=a;key [secret]"],
    [
      "tokens",
      "token eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJhdWQiOiJhcmVhbG9uZSJ9.c2ln, expired",
      "token [secret], expired",
    ],
    ["GitHub's tokens", `push with ghp_${"a".repeat(36)} failed`, "push with [secret] failed"],
    [
      "signatures of addresses",
      "https://a.blob.core.windows.net/s?sv=1&sig=AbC%2F123&se=2",
      "https://a.blob.core.windows.net/s?sv=1&sig=[secret]&se=2",
    ],
    ["passwords in addresses", "postgres://ada:hunter22@db/x", "postgres://ada:[secret]@db/x"],
    ["headers", "Authorization: Bearer abc.def", "Authorization: Bearer [secret]"],
    [
      "a kubeconfig's key",
      "client-key-data: LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQo=",
      "client-key-data: [secret]",
    ],
    ["keys", `-----BEGIN PRIVATE KEY-----\n${"A".repeat(70)}\n-----END PRIVATE KEY-----`, "[secret]"],
  ])("%s", (_name, text, expected) => {
    expect(hide(text)).toBe(expected);
  });

  it.each([
    "stack westeurope is not short of /run/secrets/passphrase",
    "sha256:177d000b7ccb757784f322f8cd9efb972b84a56b4533e557dd5bfe9c073cb9ff",
    'unable to replace resource "urn:pulumi:dev::tarmac::a$b::c"',
  ])("are not found in other text: %s", (text) => {
    expect(hide(text)).toBe(text);
  });

  it("are masked in every text, at any depth", () => {
    expect(maskAll({ a: [{ b: "correct horse battery" }], n: 1, t: true, u: undefined }, hide)).toEqual({
      ...{ a: [{ b: "[secret]" }], n: 1, t: true, u: undefined },
    });
  });
});
