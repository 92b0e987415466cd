/**
 * Runs a command of `ops/` that is about a stack, with the settings of the environment that stack lives in: about the stack
 * of this machine with the environment's own, about every other with those it was called with.
 *
 *   node local/onStack.ts ops/doctor.ts --stack local
 *
 * So the commands themselves know nothing of the local environment.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { checkoutFolder, nodeBinary, stateFolder } from "./settings.ts";
import { configFile, stackEnvironment, stackName, takeOverSettings } from "./stack/stack.ts";

/** The stack that a command line names: "local" of "--stack local", "--stack=local" and "-s local". */
export function namedStack(args: readonly string[]): string | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: { stack: { type: "string", short: "s" } },
    strict: false,
    allowPositionals: true,
  });
  return typeof values.stack === "string" ? values.stack : undefined;
}

/** Options that say what to look at without a stack: then none is added. */
const otherTargets = /^(--namespace|-n|--kubeconfig|--context|--replay|--base|--judge|--help|-h)(=|$)/;

/** Whether the stack of this machine is meant when none is named: it is deployed, and no other is selected. */
function localIsMeant(args: readonly string[]): boolean {
  if (args.some((arg) => otherTargets.test(arg))) return false;
  if (!existsSync(configFile) || !existsSync(join(stateFolder, "azure", "deployer.json"))) return false;
  return spawnSync("pulumi", ["--non-interactive", "stack", "--show-name"], { cwd: checkoutFolder }).status !== 0;
}

/** These would have Pulumi write the key to this machine's state into the checkout's stack file. */
const takeStackFile = new Set(["ops/drift.ts", "ops/deploy.ts", "ops/policy.ts", "ops/previewReport.ts"]);

/** What is added to a command line that means the stack of this machine. */
function added(program: string, args: readonly string[], named: string | undefined): string[] {
  const stack = named === undefined ? ["--stack", stackName] : [];
  const given = args.some((arg) => /^(--config-file|--help|-h)(=|$)/.test(arg));
  if (given || !takeStackFile.has(program) || !existsSync(configFile)) return stack;
  takeOverSettings();
  return [...stack, "--config-file", configFile];
}

/** For a command whose stacks are words of its own, as in `drift STACK`: it says itself when there is none. */
const wordsOption = "--stack-is-a-word";

function run(given: readonly string[]): void {
  const words = given[0] === wordsOption;
  const [program = "", ...args] = words ? given.slice(1) : given;
  const named = words && args.includes(stackName) ? stackName : namedStack(args);
  const local = named === stackName || (!words && named === undefined && localIsMeant(args));
  const child = spawn(
    nodeBinary,
    [join(checkoutFolder, program), ...args, ...(local ? added(program, args, named) : [])],
    {
      env: local ? stackEnvironment() : process.env,
      stdio: "inherit",
    },
  );
  // Ctrl-C reaches the command by itself, which then ends with an exit code of its own.
  process.on("SIGINT", () => undefined);
  child.on("error", (error) => {
    process.stderr.write(`${program} could not be started: ${error.message}\n`);
    process.exitCode = 2;
  });
  child.on("close", (status) => (process.exitCode = status ?? 2));
}

if (process.argv[1] === import.meta.filename) run(process.argv.slice(2));
