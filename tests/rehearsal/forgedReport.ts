/** A pull request whose code reports false changes. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Repository } from "./repository.ts";

/** Makes the change's own commands write a report without changes, and hand it on like a real one. */
export function forgeReport({ folder }: Repository): void {
  const report = { version: 1, commit: "", environments: [], untouched: ["dev", "staging", "prod"] };
  writeFileSync(
    join(folder, "ops", "bin", "tarmac.mjs"),
    [
      "#!/usr/bin/env node",
      'import { appendFileSync, readFileSync, writeFileSync } from "node:fs";',
      'const file = process.argv[process.argv.indexOf("--collect") + 1];',
      "const { env } = process;",
      'const event = JSON.parse(readFileSync(env.GITHUB_EVENT_PATH, "utf8"));',
      `const report = { ...${JSON.stringify(report)}, commit: event.pull_request.head.sha };`,
      "writeFileSync(file, JSON.stringify(report));",
      "appendFileSync(env.GITHUB_OUTPUT, `report=${file}\\n`);",
      "",
    ].join("\n"),
  );
}
