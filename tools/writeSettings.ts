/** `npm run write-settings`: writes the files that are generated from the settings, or says which are out of date. */
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { generatedFiles } from "./pages/generatedFiles.ts";

const help = `usage: npm run write-settings [-- --check]

Writes the config sections of Pulumi.yaml and bootstrap/Pulumi.yaml and the tables of
docs/settings.md from the settings' declarations in settings/ and bootstrap/, the
arguments of NodeService from the former, and README.md's table of the environments
from their stack files.

  --check   write nothing; exit with 1 and name the files that are not up to date

exit codes: 0 done, 1 something is not up to date (--check), 2 could not run`;

try {
  const { values } = parseArgs({ options: { check: { type: "boolean" }, help: { type: "boolean", short: "h" } } });
  if (values.help) console.log(help);
  else run(values.check === true);
} catch (error) {
  console.error(`${(error as Error).message}\nnpm run write-settings -- --help shows how it is called`);
  process.exitCode = 2;
}

function run(checkOnly: boolean): void {
  const checkout = resolve(import.meta.dirname, "..");
  const stale = generatedFiles(checkout).filter(({ is, shouldBe }) => is !== shouldBe);
  if (checkOnly) {
    for (const { path } of stale) console.log(`${path} is not up to date: npm run write-settings`);
    if (stale.length > 0) process.exitCode = 1;
    else console.log("everything is up to date");
    return;
  }
  for (const { path, shouldBe } of stale) {
    writeFileSync(join(checkout, path), shouldBe);
    console.log(`wrote ${path}`);
  }
  if (stale.length === 0) console.log("everything was up to date");
}
