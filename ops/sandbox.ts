/** `npm run sandbox`: an environment for a branch or a person, with an end after which nothing is left of it. */
import { userInfo } from "node:os";
import { parseArgs } from "node:util";
import { readOrEnd } from "./commandLine.ts";
import { cliOf } from "./pulumi/cli.ts";
import { azureInventory } from "./sandbox/azureInventory.ts";
import type { Context } from "./sandbox/context.ts";
import { down, findSandbox } from "./sandbox/down.ts";
import { extend } from "./sandbox/extend.ts";
import { fromNow, lifetime } from "./sandbox/lifetime.ts";
import { sharedCluster } from "./sandbox/sharedCluster.ts";
import { reap } from "./sandbox/reap.ts";
import { downReport, failures, listReport, reapReport } from "./sandbox/report.ts";
import { listSandboxes } from "./sandbox/sandboxes.ts";
import { up } from "./sandbox/up.ts";

const help = `
npm run sandbox -- COMMAND [OPTIONS]

Environments of one's own, made from Pulumi.sandbox.yaml, that expire and of which nothing stays.

  up NAME              make it, or update it; NAME is free, e.g. the branch: feature/42
  list                 the sandboxes there are, whose they are and when they expire
  extend NAME          a later end
  down NAME            delete it, and look whether anything is left
  reap                 take down every sandbox that has expired; for a schedule

  --ttl TIME           up, extend: how long it lives from now on, 15m to 30d (default 8h)
  --owner WHO          up: whom to ask (default: GITHUB_ACTOR, or who is signed in on this machine)
  --from STACK         the stack file sandboxes are made from (default: TARMAC_SANDBOX_FORM, or "sandbox")
  --dry-run            reap: only say what would be taken down
  --json               for programs: the result on stdout; what happens meanwhile goes to stderr
  -h, --help           this text

Exit code: 0 done and nothing left, 1 something is left or failed, 2 could not run, and why. docs/sandboxes.md says more.
Only stacks that were made by "up" are ever deleted: their name begins with "sandbox-" and their tag says so.
`;

const options = {
  ttl: { type: "string", default: "8h" },
  owner: { type: "string" },
  from: { type: "string" },
  "dry-run": { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

const commands = { up: true, list: false, extend: true, down: true, reap: false } as const;
type Command = keyof typeof commands;

function readArguments() {
  const { values, positionals } = parseArgs({ options, allowPositionals: true, strict: true });
  const [command, name, ...others] = positionals;
  if (values.help) return { ...values, minutes: 0, command: "list" as const, name: undefined };
  if (command === undefined || !Object.hasOwn(commands, command)) {
    throw new Error(
      `${command === undefined ? "what to do?" : `"${command}" is not a command:`} use up, list, extend, down or reap`,
    );
  }
  const named = commands[command as Command];
  if (named && name === undefined)
    throw new Error(`${command} needs the sandbox's name: npm run sandbox -- ${command} NAME`);
  const surplus = named ? others : positionals.slice(1);
  if (surplus.length > 0) throw new Error(`${command} takes no "${surplus.join(" ")}"`);
  return { ...values, minutes: lifetime(values.ttl), command: command as Command, name };
}

const given = readOrEnd(help, readArguments);

const say = (line: string) => void process[given.json ? "stderr" : "stdout"].write(`${line}\n`);
const context: Context = {
  // The state knows the key of a sandbox whose file was never on this machine.
  cli: cliOf({ env: { PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER: "true" } }, say),
  azure: azureInventory,
  cluster: sharedCluster,
  folder: process.cwd(),
  say,
  now: () => new Date(),
};

/** @returns whether all went well */
async function run({ command, name = "", minutes }: typeof given): Promise<boolean> {
  const form = given.from ?? process.env.TARMAC_SANDBOX_FORM ?? "sandbox";
  const show = (result: unknown, text: string) =>
    void process.stdout.write(`${given.json ? JSON.stringify(result, undefined, 2) : text}\n`);
  switch (command) {
    case "up": {
      const owner = given.owner ?? process.env.GITHUB_ACTOR ?? userInfo().username;
      const made = await up(context, name, { lifetime: minutes, owner, form });
      const { reach } = made.outputs;
      show(
        made,
        [
          "",
          `${made.stack} is up${typeof reach === "string" ? `: ${reach}` : ""}`,
          `  expires ${fromNow(new Date(made.expires), context.now())}; longer: npm run sandbox -- extend ${name} --ttl 8h`,
          `  away with it: npm run sandbox -- down ${name}`,
        ].join("\n"),
      );
      return true;
    }
    case "list": {
      const sandboxes = await listSandboxes(context.cli);
      show(sandboxes, listReport(sandboxes, context.now()));
      return true;
    }
    case "extend": {
      const expires = await extend(context, name, minutes, form);
      show({ name, expires }, `${name} now expires ${fromNow(new Date(expires), context.now())} (${expires})`);
      return true;
    }
    case "down": {
      const result = await down(context, await findSandbox(context, name), form);
      show(result, downReport(result));
      return result.left.length === 0;
    }
    case "reap": {
      const result = await reap(context, form, given["dry-run"]);
      show(result, reapReport(result, context.now()));
      return failures(result) === 0;
    }
  }
}

if (given.help) process.stdout.write(`${help.trim()}\n`);
else {
  try {
    process.exitCode = (await run(given)) ? 0 : 1;
  } catch (error) {
    const failed = (error as Error).name === "PulumiFailed";
    process.stderr.write(`${failed ? "Pulumi failed" : "Cannot do that"}: ${(error as Error).message}\n`);
    process.exitCode = failed ? 1 : 2;
  }
}
