/** The command `tarmac` as users run it, without a stack or a cluster. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { program } from "../../../../ops/commands/program.ts";

// Each test starts processes, on a machine that may be busy.
jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), "tarmac-command-"));
writeFileSync(join(folder, "Pulumi.yaml"), "name: tarmac\nruntime: nodejs\n");
for (const stack of ["dev", "prod"]) writeFileSync(join(folder, `Pulumi.${stack}.yaml`), "config: {}\n");
afterAll(() => rmSync(folder, { recursive: true }));

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** In a project with two stacks, on a machine without Pulumi. */
function tarmac(...args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [resolve("ops/bin/tarmac.mjs"), ...args], {
    cwd: folder,
    env: { HOME: folder, PATH: folder },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended: Ended = { code: null, stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (ended.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (ended.stderr += text));
  return new Promise((resolve, reject) =>
    child.once("error", reject).once("close", (code) => resolve({ ...ended, code })),
  );
}

/** Each command by its words, e.g. "sandbox up". */
function commandsOf(parent: CommandUnknownOpts, words = ""): [string, CommandUnknownOpts][] {
  return parent.commands
    .filter((command) => command.name() !== "complete")
    .flatMap((command) => {
      const name = `${words}${command.name()}`;
      return [[name, command], ...commandsOf(command, `${name} `)] as [string, CommandUnknownOpts][];
    });
}
const commands = commandsOf(program());

it("has the commands that people, npm scripts and workflows call", () => {
  expect(commands.map(([name]) => name)).toEqual([
    ...["doctor", "check-image", "pin-base", "policy", "preflight", "preview-report", "deploy", "attest", "verify"],
    ...[
      "drift",
      "sandbox",
      "sandbox up",
      "sandbox list",
      "sandbox report",
      "sandbox extend",
      "sandbox sleep",
      "sandbox wake",
    ],
    ...["sandbox schedule", "sandbox due", "sandbox down", "sandbox reap", "purge", "adopt", "completion"],
  ]);
});

it("has an npm script for each, which starts it directly", () => {
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
  for (const [name] of commands.filter(([words]) => !words.includes(" ") && words !== "completion"))
    expect(scripts[name]).toBe(`node run.mjs ops/tarmac.ts ${name}`);
});

it.each(commands)("%s explains each of its options, and its exit codes", (name, command) => {
  for (const { description } of [...command.options, ...command.registeredArguments]) expect(description).toMatch(/\w/);
  let help = "";
  command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
  if (name !== "completion") expect(help).toMatch(/Exit code: 0 .*, 1 .*, 2 could not /);
});

it("shows a command's help and exits with 0, however it is requested", async () => {
  for (const args of [
    ["deploy", "--help"],
    ["help", "deploy"],
    ["deploy", "-h"],
  ]) {
    const { code, stdout } = await tarmac(...args);
    expect([code, stdout.split("\n")[0]]).toEqual([0, "Usage: tarmac deploy [options] [stack]"]);
  }
});

it.each([
  [["nonsense"], "error: unknown command 'nonsense'"],
  [["deploy", "dev", "--nonsense"], "error: unknown option '--nonsense'"],
  [["preflight"], "error: name the stack to check: tarmac preflight STACK"],
  [
    ["preflight", "dev", "--name", "disk=a"],
    'error: --name: "disk=a" is not KIND=NAME with one of registry, storage, vault',
  ],
  [["deploy"], "error: name the stack to deploy: tarmac deploy STACK"],
  [["deploy", "dev", "--stack", "prod"], 'error: one stack at a time: the argument is "dev", --stack is "prod"'],
  [["deploy", "dev", "--smoke", "--refresh"], "error: --smoke and --refresh exclude each other"],
  [["drift"], "error: name the stacks to check: tarmac drift STACK [STACK ...]"],
  [["drift", "dev", "prod", "--config-file", "x"], "error: --config-file is for one stack"],
  [["preview-report"], "error: name what to preview: --base REVISION for what a change touches, or a stack"],
  [["purge"], "error: name the stack whose registry to purge: tarmac purge STACK"],
  [["purge", "dev", "--keep", "-1"], 'error: --keep: "-1" is not a number of images: use 0 to 9999'],
  [
    ["purge", "dev", "--older-than", "3h"],
    'error: --older-than: "3h" is not an age: use 1d or more, e.g. "36h" or "30d"',
  ],
  [["doctor", "--selector", "app=web"], "error: --selector needs a stack or --namespace"],
  [["doctor", "--rollout"], "error: --rollout needs a stack"],
  [["doctor", "dev", "--rollout", "--json"], "error: --rollout needs a stack and excludes --json"],
  [["doctor", "dev", "--wait", "soon"], "error: --wait soon: must be a whole number of seconds from 1 to 3600"],
  [["doctor", "dev", "--wait", "0"], "error: --wait 0: must be a whole number of seconds from 1 to 3600"],
  [["doctor", "dev", "--wait", "60", "--watch"], "error: --wait and --watch exclude each other"],
  [["doctor", "--wait", "60", "--replay", "seen.json"], "error: --wait and --replay exclude each other"],
  [
    ["check-image"],
    "error: name an image, a folder with a Dockerfile, a Dockerfile, an image as a file, or a stack whose folder to build",
  ],
  [["sandbox", "up"], "error: missing required argument 'name'"],
  [["sandbox", "up", "x", "--ttl", "1y"], 'error: --ttl: "1y" is not a lifetime'],
])("%j cannot run: exits with 2, and says how to see the help", async (args, says) => {
  const { code, stdout, stderr } = await tarmac(...args);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr.startsWith(says)).toBe(true);
});

it("exits silently if nobody reads on, as in a pipe to head", async () => {
  const child = spawn(process.execPath, [resolve("ops/bin/tarmac.mjs"), "deploy", "--help"], { cwd: folder });
  child.stdout.destroy();
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  await new Promise((resolve) => child.once("close", resolve));
  expect(errors).toBe("");
});

it("says without a stack trace what is missing", async () => {
  const { code, stderr } = await tarmac("policy", "dev");
  expect([code, stderr]).toEqual([
    2,
    "error: the Pulumi CLI is not on PATH: install it (https://www.pulumi.com/docs/install/), or set PATH in the stack's Pulumi.STACK.env\n",
  ]);
});

describe("shell completion", () => {
  const suggestions = async (...words: string[]) =>
    (await tarmac("complete", "--", ...words)).stdout
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith(":"))
      .map((line) => line.split("\t")[0]);

  it("knows commands, subcommands, options and the project's stacks", async () => {
    expect(await suggestions("d")).toEqual(["doctor", "deploy", "drift"]);
    expect(await suggestions("sandbox", "")).toEqual([
      "up",
      "list",
      "report",
      "extend",
      "sleep",
      "wake",
      "schedule",
      "due",
      "down",
      "reap",
      "help",
    ]);
    expect(await suggestions("deploy", "--re")).toEqual(["--refresh"]);
    expect(await suggestions("deploy", "")).toEqual(["dev", "prod"]);
    expect(await suggestions("check-image", "--stack", "p")).toEqual(["prod"]);
  });

  it.each(["bash", "zsh", "fish"])("has a script for %s that calls this program", async (shell) => {
    const { code, stdout } = await tarmac("completion", shell);
    expect(code).toBe(0);
    expect(stdout).toContain("tarmac complete --");
  });
});
