/** `npm run record-release`: records the state of the local stack, on which later releases are tested. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type Deployment, portable } from "../tests/releases/portableState.ts";

/** `npm run record-release` runs this with the variables of the local environment. */
const stackName = "local";

const help = `npm run record-release

Writes the state of the stack "${stackName}", without its secrets, to tests/releases/VERSION.json, in place of that of the release
before. Run it when a release is made, after "npm start" on its commit. A test previews this state with today's program.

  -h, --help   this text
`;

try {
  const { values } = parseArgs({ options: { help: { type: "boolean", short: "h" } } });
  if (values.help === true) process.stdout.write(help);
  else record();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n\n${help}`);
  process.exitCode = 2;
}

/** @throws Error when the local environment does not run */
function record(): void {
  const root = resolve(import.meta.dirname, "..");
  const folder = join(root, "tests", "releases");
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const exported = execFileSync("pulumi", ["stack", "export", "--stack", stackName], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  const { deployment } = JSON.parse(exported) as { deployment: Deployment };
  for (const file of readdirSync(folder)) if (file.endsWith(".json")) rmSync(join(folder, file));
  const path = join(folder, `${version}.json`);
  writeFileSync(path, `${JSON.stringify(portable(deployment), undefined, 1)}\n`);
  process.stdout.write(`wrote tests/releases/${version}.json: ${deployment.resources.length} resources\n`);
}
