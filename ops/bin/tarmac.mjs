#!/usr/bin/env node
/**
 * The command `tarmac` on PATH. Plain JavaScript, because it runs on any Node version: a Node that cannot run
 * TypeScript hands over to the Node that the project depends on.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import module, { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = join(dirname(fileURLToPath(import.meta.url)), "..");
// A packed package contains JavaScript: Node does not strip types below node_modules.
const compiled = join(folder, "tarmac.js");
const program = existsSync(compiled) ? compiled : join(folder, "tarmac.ts");
// Node keeps compiled code, which halves the start of a command: beside the packages, because in Node's default, the temporary
// folder, other users of a shared machine could plant code. If the folder is not writable, Node simply keeps nothing.
const packages = program === compiled ? join(folder, "..", "..") : join(folder, "..", "node_modules");
const compileCache = join(packages, ".cache", "compiled");

if (program === compiled || process.features.typescript) {
  // Missing in an older Node.
  module.enableCompileCache?.(compileCache);
  const { main } = await import(program);
  await main(process.argv.slice(2));
} else {
  const env = { NODE_COMPILE_CACHE: compileCache, ...process.env };
  const child = spawn(projectNode(), [program, ...process.argv.slice(2)], { env, stdio: "inherit" });
  // Ctrl-C also reaches the command itself, which exits with its own code.
  process.on("SIGINT", () => undefined);
  child.on("error", (error) => {
    console.error(`error: Node ${process.version} cannot run TypeScript: use Node 24 or newer (${error.message})`);
    process.exit(2);
  });
  child.on("close", (status) => process.exit(status ?? 2));
}

/** The Node from npm's `node` package, or a path that does not exist. */
function projectNode() {
  try {
    return join(dirname(createRequire(import.meta.url).resolve("node/package.json")), "bin", "node");
  } catch {
    return "node-of-the-project";
  }
}
