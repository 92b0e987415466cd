/** The hooks that make the program start faster, each in its own process because they change Node itself. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

const checkout = join(__dirname, "..", "..", "..");

const node = (args: string[], env: NodeJS.ProcessEnv = {}) =>
  execFileSync(process.execPath, args, {
    cwd: checkout,
    env: { ...process.env, NODE_COMPILE_CACHE: undefined, ...env },
    encoding: "utf8",
  }).trim();

it("keeps Node's compiled code in a folder of the checkout, as Pulumi.yaml says", () => {
  const { runtime } = parse(readFileSync(join(checkout, "Pulumi.yaml"), "utf8")) as {
    runtime: { options: { nodeargs: string } };
  };
  const ask = "console.log(require('node:module').getCompileCacheDir())";
  const folder = node([...runtime.options.nodeargs.split(" "), "--eval", ask]);
  expect(folder.startsWith(join(checkout, "node_modules", ".cache", "compiled"))).toBe(true);
});

const hookAfter = `
  Error.prepareStackTrace = () => "translated";
  import("./program/plainStacks.ts").then(() => console.log(new Error("x").stack === "translated"));`;

it("leaves stack traces untranslated under Pulumi's runner", () => {
  expect(node(["--eval", hookAfter], { PULUMI_NODEJS_MONITOR: "127.0.0.1:1" })).toBe("false");
});

it("keeps the source map support of other hosts", () => {
  expect(node(["--eval", hookAfter], { PULUMI_NODEJS_MONITOR: undefined })).toBe("true");
});
