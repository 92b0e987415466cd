import { secretInVariable } from "../../../../validate/secrets/inVariable.ts";

it.each([
  ["DB_PASSWORD", "correct-horse", "value of a variable with such a name", "cor***"],
  ["API_KEY", "abcdefghijkl", "value of a variable with such a name", "abc***"],
  ["NPM_TOKEN", "tokentoken", "value of a variable with such a name", "to***"],
  ["DATABASE_URL", "postgres://me:s3cret-word@db/app", "password in an address", "s3***"],
  ["ANYTHING", `npm_${"a1".repeat(18)}`, "npm token", "npm_***"],
])("takes %s=%s for a secret", (name, value, kind, masked) => {
  expect(secretInVariable(name, value)).toEqual({ name, kind, masked });
});

it.each([
  ["PATH", "/usr/local/bin:/usr/bin"],
  ["PWD", "app-folder"],
  ["PASSWORD_FILE", "/run/secrets/password"],
  ["DB_PASSWORD", "/run/secrets/password"],
  ["DB_PASSWORD", ""],
  ["DB_PASSWORD", "changeme"],
  ["TOKEN", "$TOKEN"],
  ["TOKEN", "https://issuer.example.com/token"],
  ["GPG_KEY", "A035C8C19219BA821ECEA86B64E628F8D684696D"],
  ["DATABASE_URL", "postgres://db/app"],
  ["KEYBOARD", "qwerty"],
])("does not take %s=%s for a secret", (name, value) => {
  expect(secretInVariable(name, value)).toBeUndefined();
});

it("shows nothing of a short value", () => {
  expect(secretInVariable("TOKEN", "abc")?.masked).toBe("***");
});
