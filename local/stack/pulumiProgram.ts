/** The `pulumi` that a program behind `npm run with-local` finds first on PATH: the real one, with pulumiCommandLine.ts. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { checkoutFolder } from "../settings.ts";
import { toolsFolder } from "../toolchain/folder.ts";
import { SettingsAreRead, withLocalSettings } from "./pulumiCommandLine.ts";
import { configFile, stackName, takeOverSettings } from "./stack.ts";

function run(args: readonly string[]): number {
  // Before the first `npm start` there is no stack here, and nothing to keep apart.
  const local = { checkout: checkoutFolder, name: stackName, configFile };
  const all = existsSync(configFile) ? withLocalSettings(args, process.cwd(), local) : args;
  if (all.includes(configFile)) takeOverSettings();
  const { status, error } = spawnSync(join(toolsFolder(), "pulumi"), all, { stdio: "inherit" });
  if (error !== undefined) throw error;
  return status ?? 1;
}

// Ctrl-C reaches Pulumi as well, which then finishes what it is doing.
process.on("SIGINT", () => undefined);
try {
  process.exitCode = run(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = error instanceof SettingsAreRead ? 1 : 2;
}
