import { masked, secretPatterns } from "../../../../validate/secrets/patterns.ts";

/** Made up and assembled here, because scanners also search the sources of tests for secrets. */
const hex = (length: number) => "0123456789abcdef".repeat(16).slice(0, length);
const letters = (length: number) => "aBcDeFgHiJkLmNoPqRsTuVwXyZ".repeat(16).slice(0, length);
const mixed = (length: number) => "a1B2c3D4e5F6g7H8".repeat(16).slice(0, length);
const join = (...parts: string[]) => parts.join("");

const kindsIn = (text: string) => [
  ...new Set(
    secretPatterns.filter(({ needle, pattern }) => text.includes(needle) && pattern.test(text)).map(({ kind }) => kind),
  ),
];

it.each([
  ["GitHub token", join("gh", "p_", mixed(36))],
  ["GitLab token", join("glp", "at-", mixed(20))],
  ["GitLab token", join("glp", "at-", mixed(27), ".01.", mixed(9))],
  ["Slack token", join("xo", "xb-", "123456789012-", mixed(24))],
  ["Slack webhook", join("https://hooks.sla", "ck.com/services/T01234567/B01234567/", mixed(24))],
  ["OpenAI key", join("sk-", "proj-", mixed(74), "T3Blbk", "FJ", mixed(74))],
  ["Anthropic key", join("sk-a", "nt-api03-", mixed(93), "AA")],
  ["Hugging Face token", join("h", "f_", letters(34))],
  ["Docker Hub token", join("dckr", "_pat_", mixed(27))],
  ["PyPI token", join("pyp", "i-AgE", mixed(80))],
  ["SendGrid key", join("S", "G.", mixed(22), ".", mixed(43))],
  ["DigitalOcean token", join("dop", "_v1_", hex(64))],
  ["Vault token", join("hv", "s.", mixed(24))],
  ["Pulumi token", join("pu", "l-", hex(40))],
  ["Supabase key", join("sb", "p_", hex(40))],
  ["Telegram bot token", join("1234567890", ":A", "A", mixed(33))],
  ["Google OAuth secret", join("GOC", "SPX-", mixed(28))],
  ["Azure Container Registry password", join(mixed(42), "+AC", "R", mixed(6))],
  ["AWS secret key", join("aws_secret", "_access_key = ", mixed(40))],
])("recognizes a %s", (kind, secret) => {
  expect(kindsIn(`value=${secret}\n`)).toContain(kind);
});

it.each([
  "AKIAIOSFODNN7EXAMPLE",
  "AKIAI44QH8DHBEXAMPLE",
  "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  "sk-test",
  "hf_hub_download",
  "task-key-1234",
  "re_match_0",
  "https://hooks.slack.com/services/T000/B000/XXXX",
  "glob-parent-is-not-a-token",
])("reports nothing in %s as a secret", (text) => {
  expect(kindsIn(text)).toEqual([]);
});

it("shows only the beginning of a secret", () => {
  expect(masked("abcdefghijklmnop")).toBe("abcd***");
});
