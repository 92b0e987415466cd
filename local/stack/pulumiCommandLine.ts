/**
 * The arguments of `pulumi` inside `npm run with-local`. Pulumi writes into the stack file that it reads: the key to a
 * state's secrets, and reformatted values. For the stack of this machine, it therefore gets the environment's own copy, so
 * that the checkout's `Pulumi.local.yaml` does not change.
 */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";

/** Commands that read a stack's settings. */
const readsSettings = new Set(["config", "destroy", "import", "pre", "preview", "refresh", "up", "update", "watch"]);

/** Subcommands of `pulumi config` that write settings. */
const writesSettings = new Set(["cp", "refresh", "rm", "rm-all", "set", "set-all"]);

export interface LocalStack {
  /** Folder of the program. */
  checkout: string;
  /** Name of the stack. */
  name: string;
  /** Its settings, with the key to this machine's state. */
  configFile: string;
}

/** A command would change settings in the copy, where the change would be lost. */
export class SettingsAreRead extends Error {
  override name = "SettingsAreRead";
}

/** The folder of the nearest Pulumi.yaml at or above a folder. */
function projectFolder(folder: string): string | undefined {
  if (existsSync(join(folder, "Pulumi.yaml"))) return folder;
  const above = dirname(folder);
  return above === folder ? undefined : projectFolder(above);
}

/**
 * If the command is about the local stack and reads settings, the arguments with the stack's name and settings file added;
 * otherwise the same arguments.
 * @param folder the working folder of the command
 * @throws SettingsAreRead for a command that would write settings
 */
export function withLocalSettings(args: readonly string[], folder: string, local: LocalStack): string[] {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      stack: { type: "string", short: "s" },
      cwd: { type: "string", short: "C" },
      "config-file": { type: "string" },
      help: { type: "boolean", short: "h" },
      // Global options that take a value, so that the value is not mistaken for the command's name.
      color: { type: "string" },
      profiling: { type: "string" },
      tracing: { type: "string" },
      verbose: { type: "string", short: "v" },
    },
    strict: false,
    allowPositionals: true,
  });
  const [command = "", subcommand = ""] = positionals;
  const named = typeof values.stack === "string" ? values.stack.split("/").at(-1) : undefined;
  const elsewhere =
    values.cwd !== undefined || values["config-file"] !== undefined || projectFolder(folder) !== local.checkout;
  if (!readsSettings.has(command) || values.help === true || elsewhere) return [...args];
  if (named !== undefined && named !== local.name) return [...args];
  if (command === "config" && writesSettings.has(subcommand)) {
    throw new SettingsAreRead(
      `pulumi config ${subcommand}: the settings of the stack "${local.name}" are in Pulumi.${local.name}.yaml, which only you change: ` +
        `edit that file, then run npm start`,
    );
  }
  const stack = named === undefined ? ["--stack", local.name] : [];
  return [...args, ...stack, "--config-file", local.configFile];
}
