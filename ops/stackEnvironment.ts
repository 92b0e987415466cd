/**
 * The environment of a stack: variables that the commands about it need on this machine, such as the state backend, the
 * subscription and the kubeconfig. They are in the optional file `Pulumi.STACK.env` next to the stack file, which git ignores:
 *
 *   PULUMI_BACKEND_URL=azblob://state?storage_account=example
 *   ARM_SUBSCRIPTION_ID=00000000-0000-0000-0000-000000000000
 *   PATH=/opt/pulumi:${PATH}
 */
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { project } from "./project.ts";
import { pulumi } from "./pulumi/pulumiCli.ts";
import { shortName } from "./pulumi/stackName.ts";

/** Names the stack whose environment this process has: that stack is the default, and its file is not read again. */
const variable = "TARMAC_STACK";

/** The stack whose environment this process has, if any. */
export const ownStack = (env: NodeJS.ProcessEnv = process.env): string | undefined => {
  const stack = env[variable];
  return stack === "" ? undefined : stack;
};

/** `${NAME}` in a value is replaced by the variable's current value. */
export function withEnvironment(text: string, stack: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = Object.entries(parseEnv(text)).map(([name, value = ""]) => [
    name,
    value.replaceAll(/\$\{(\w+)\}/g, (_, other: string) => env[other] ?? ""),
  ]);
  return { ...env, ...(Object.fromEntries(own) as Record<string, string>), [variable]: stack };
}

/** @param stack may include its organization and project, as in Pulumi */
const environmentFile = (folder: string, stack: string) => join(folder, `Pulumi.${shortName(stack)}.env`);

/** The only stack with an environment file in a folder; `undefined` if there are none or several. */
export function onlyEnvironment(folder: string): string | undefined {
  const stacks = readdirSync(folder).flatMap((name) => /^Pulumi\.(.+)\.env$/.exec(name)?.[1] ?? []);
  return stacks.length === 1 ? stacks[0] : undefined;
}

/**
 * The stack used if a command names none: the one whose environment this process has, or the only one with an
 * environment file, unless another is selected.
 */
export async function defaultStack(): Promise<string | undefined> {
  const only = ownStack() ?? onlyEnvironment(project);
  if (only === undefined || only === ownStack()) return only;
  const selected = await pulumi(["stack", "--show-name"], { cwd: project }).catch(() => undefined);
  return selected === undefined ? only : undefined;
}

/** The environment file of a stack, if it exists and this process does not have its environment yet. */
export function environmentIn(stack: string): string | undefined {
  const file = environmentFile(project, stack);
  return stack !== ownStack() && existsSync(file) ? file : undefined;
}

/**
 * Restarts the command in the environment of a stack, if that stack has a file and this process does not have its
 * variables yet. Node reads some of them, such as NODE_EXTRA_CA_CERTS, only at startup.
 */
export async function enterEnvironment(stack: string | undefined): Promise<void> {
  const file = stack === undefined ? undefined : environmentIn(stack);
  if (stack === undefined || file === undefined) return;
  const env = withEnvironment(readFileSync(file, "utf8"), stack, process.env);
  const args = [...process.execArgv, ...process.argv.slice(1)];
  // Keeps the same process: signals reach the command, and the caller gets its exit code.
  if (process.platform !== "win32") process.execve?.(process.execPath, [process.execPath, ...args], env);
  const child = spawn(process.execPath, args, { env, stdio: "inherit" });
  process.on("SIGINT", () => undefined);
  const status = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  process.exit(status ?? 2);
}
