/** The `pulumi` that programs inside `npm run with-local` find first on PATH. It runs the real one, with the arguments of pulumiCommandLine.ts. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { checkoutFolder } from "../layout.ts";
import { toolsFolder } from "../toolchain/folder.ts";
import { SettingsAreRead, withLocalSettings } from "./pulumiCommandLine.ts";
import { configFile, stackName, takeOverSettings } from "./stack.ts";

function run(args: readonly string[]): number {
  // Before the first `npm start` there is no local stack, so the arguments stay unchanged.
  const local = { checkout: checkoutFolder, name: stackName, configFile };
  const all = existsSync(configFile) ? withLocalSettings(args, process.cwd(), local) : args;
  if (all.includes(configFile)) takeOverSettings();
  const { status, error } = spawnSync(join(toolsFolder(), "pulumi"), all, { stdio: "inherit" });
  if (error !== undefined) throw error;
  return status ?? 1;
}

// Ctrl-C reaches Pulumi as well, which then stops in good order.
process.on("SIGINT", () => undefined);
try {
  process.exitCode = run(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = error instanceof SettingsAreRead ? 1 : 2;
}
