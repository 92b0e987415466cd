/** `npm run write-policies`: writes the rules of the policy pack into docs/policies.md. */
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { withRules } from "./pages/rulesPage.ts";

const help = `npm run write-policies

Writes the rules of policy/ into docs/policies.md.

  -h, --help   this text
`;

try {
  const { values } = parseArgs({ options: { help: { type: "boolean", short: "h" } } });
  if (values.help === true) process.stdout.write(help);
  else write();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n\n${help}`);
  process.exitCode = 2;
}

function write(): void {
  const page = resolve(import.meta.dirname, "..", "docs", "policies.md");
  const text = readFileSync(page, "utf8");
  writeFileSync(page, withRules(text));
  process.stdout.write(text === withRules(text) ? "docs/policies.md is up to date\n" : "wrote docs/policies.md\n");
}
