import { secretInVariable } from "../../../../validate/secrets/inVariable.ts";

it.each([
  ["DB_PASSWORD", "correct-horse", "value of a variable named like a secret", "cor***"],
  ["API_KEY", "abcdefghijkl", "value of a variable named like a secret", "abc***"],
  ["NPM_TOKEN", "tokentoken", "value of a variable named like a secret", "to***"],
  ["DATABASE_URL", "postgres://me:s3cret-word@db/app", "password in an address", "s3***"],
  ["ANYTHING", `npm_${"a1".repeat(18)}`, "npm token", "npm_***"],
  ["DB_PASS", "hunter2", "value of a variable named like a secret", "h***"],
  ["JWT_KEY", "abcdefghijkl", "value of a variable named like a secret", "abc***"],
  ["SECRET_KEY_BASE", "0123456789abcdef", "value of a variable named like a secret", "0123***"],
  ["dbPassword", "correct-horse", "value of a variable named like a secret", "cor***"],
  ["RAILS_MASTER_KEY", "0123456789abcdef", "value of a variable named like a secret", "0123***"],
  ["APP_KEYS", "one-two-three,four", "value of a variable named like a secret", "one-***"],
  ["SQL", "Server=sql.host;User Id=sa;Password=s3cret-word;", "password in an address", "s3***"],
  ["NEXT_PUBLIC_STRIPE", `sk_live_${"a1".repeat(12)}`, "Stripe key", "sk_l***"],
])("reports %s=%s as a secret", (name, value, kind, masked) => {
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
  ["DATABASE_URL", "postgres://user:password@localhost:5432/app"],
  ["DATABASE_URL", "postgres://user:s3cret-word@127.0.0.1/app"],
  ["DATABASE_URL", "postgres://postgres:postgres@db:5432/app"],
  ["DATABASE_URL", "postgres://me:$PASSWORD@db.internal/app"],
  ["SECRET_KEY_BASE", "dummy"],
  ["SESSION_SECRET", "replace-me-in-production"],
  ["NEXT_PUBLIC_API_KEY", "abcdefghijkl"],
  ["NEXT_PUBLIC_MAPS_KEY", `AIza${"a1".repeat(17)}b`],
  ["BYPASS", "enabled"],
  ["PUBLIC_KEY", "MIIBIjANBgkqhkiG9w0BAQEFAAOC"],
  ["MAX_TOKEN", "128000"],
])("does not report %s=%s as a secret", (name, value) => {
  expect(secretInVariable(name, value)).toBeUndefined();
});

it("shows nothing of a short value", () => {
  expect(secretInVariable("TOKEN", "abc")?.masked).toBe("***");
});

it("reads a long value in one pass, where a pattern that starts over at each character takes minutes", () => {
  expect(secretInVariable("NOTES", "a".repeat(1_000_000))).toBeUndefined();
});
