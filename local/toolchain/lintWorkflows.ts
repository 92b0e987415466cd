/** `npm run lint:workflows`: actionlint on the workflow files, built on first use into the cache like every other tool. */
import { spawnSync } from "node:child_process";
import { checkoutFolder } from "../layout.ts";
import { commandLine } from "../commandLine.ts";
import { buildOnDemand } from "./buildOnDemand.ts";
import { binaryOf } from "./goBuild.ts";
import type { Tool } from "./tools.ts";

export const actionlint: Tool = {
  name: "actionlint",
  title: "actionlint",
  package: "github.com/rhysd/actionlint/cmd/actionlint",
  module: "github.com/rhysd/actionlint",
  versionFlags: ["github.com/rhysd/actionlint.version={n}"],
  programs: ["actionlint"],
  buildMinutes: 1,
};

async function lint(): Promise<number> {
  await buildOnDemand(actionlint);
  // Without shellcheck and pyflakes, so that the result does not depend on the programs of the machine.
  const options = ["-shellcheck=", "-pyflakes=", "-color"];
  const { status, error } = spawnSync(binaryOf(actionlint), options, { cwd: checkoutFolder, stdio: "inherit" });
  if (error !== undefined) throw error;
  if (status === 0) process.stdout.write("The workflow files are sound.\n");
  // Above 1: actionlint could not run.
  return status ?? 2;
}

const help = `npm run lint:workflows

Looks at the workflows in .github/ with actionlint, which is built on first use (needs Go).

  -h, --help   this text

Exit code: 0 sound, 1 findings, 2 could not look.
`;

if (import.meta.main) {
  commandLine(help, {});
  try {
    process.exitCode = await lint();
  } catch (error) {
    process.stderr.write(`The workflow files could not be looked at: ${(error as Error).message}\n`);
    process.exitCode = 2;
  }
}
