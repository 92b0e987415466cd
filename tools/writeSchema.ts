/** `npm run write-schema`: writes the schema of the Pulumi package from the declarations of the components. */
import { readFileSync, writeFileSync, existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { packageSchema } from "./schema/packageSchema.ts";

const help = `usage: npm run write-schema [-- --check]

Writes plugin/schema.json, from which Pulumi makes packages for Python, Go, C#, Java and
YAML, from the arguments and outputs of components/ and of NodeService.

  --check   write nothing; exit with 1 if the file is not up to date

exit codes: 0 done, 1 not up to date (--check), 2 could not run`;

try {
  const { values } = parseArgs({ options: { check: { type: "boolean" }, help: { type: "boolean", short: "h" } } });
  if (values.help) console.log(help);
  else run(values.check === true);
} catch (error) {
  console.error(`${(error as Error).message}\nnpm run write-schema -- --help shows how it is called`);
  process.exitCode = 2;
}

function run(checkOnly: boolean): void {
  const checkout = resolve(import.meta.dirname, "..");
  const path = "plugin/schema.json";
  const file = join(checkout, path);
  const shouldBe = `${JSON.stringify(packageSchema(checkout), undefined, 2)}\n`;
  if (existsSync(file) && readFileSync(file, "utf8") === shouldBe) return console.log("everything was up to date");
  if (checkOnly) {
    console.log(`${path} is not up to date: npm run write-schema`);
    process.exitCode = 1;
    return;
  }
  writeFileSync(file, shouldBe);
  console.log(`wrote ${path}`);
}
