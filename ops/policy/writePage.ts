/** `npm run write-policies`: writes the rules of the policy pack into docs/policies.md. */
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { withRules } from "./rulesPage.ts";

const page = resolve(import.meta.dirname, "..", "..", "docs", "policies.md");
const text = readFileSync(page, "utf8");
writeFileSync(page, withRules(text));
process.stdout.write(text === withRules(text) ? "docs/policies.md is up to date\n" : "wrote docs/policies.md\n");
