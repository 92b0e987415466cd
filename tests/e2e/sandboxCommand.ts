/** Runs `npm run sandbox` for tests, with sandboxes that start and stop quickly. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { checkoutFolder } from "../../local/layout.ts";
import { configFile, stackEnvironment } from "../../local/stack/stack.ts";
import { type AtWork, begin, ended } from "./runProgram.ts";

export interface Gone {
  stack: string;
  left: string[];
  swept: string[];
}

export interface Reaping {
  reaped: { stack: string; result: Gone | { failed: string } }[];
  kept: { stack: string }[];
}

/** Environment variables of the commands: the tests' template, and overrides of single tests. */
export const ownVariables: NodeJS.ProcessEnv = {};

const command = (args: string[]) => ["run", "--silent", "sandbox", "--", ...args, "--json"];
const environment = () => ({ ...stackEnvironment(), ...ownVariables });

/** Starts a command that the test can kill. */
export const atWork = (...args: string[]): AtWork => begin("npm", command(args), { env: environment() });

/**
 * Writes a sandbox template: the local environment's settings, one pod that stops immediately, and `settings`.
 * @param name stack name of the template's file
 * @param settings by key, without `tarmac:`
 */
export function writeForm(name: string, settings: Record<string, unknown> = {}): string {
  const { config } = parse(readFileSync(configFile, "utf8")) as { config: Record<string, unknown> };
  const quick = { replicas: 1, preStopSeconds: 0, drainSeconds: 0, ...settings };
  const own = Object.fromEntries(Object.entries(quick).map(([key, value]) => [`tarmac:${key}`, value]));
  const file = join(checkoutFolder, `Pulumi.${name}.yaml`);
  writeFileSync(file, JSON.stringify({ config: { ...config, ...own } }));
  return file;
}

/** Runs a sandbox command and returns its result, exit code and output. */
export async function sandbox<T>(...args: string[]): Promise<{ code: number; result: T; text: string }> {
  const { code, stdout, text } = await ended("npm", command(args), { env: environment() });
  return { code, result: (stdout === "" ? undefined : JSON.parse(stdout)) as T, text };
}
