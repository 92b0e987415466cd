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
const require = createRequire(import.meta.url);
// Node keeps compiled code, which halves the start of a command: beside the packages, because in Node's default, the temporary
// folder, other users of a shared machine could plant code. Where that is not writable, or Node is too old, nothing is kept.
module.enableCompileCache?.(join(dirname(require.resolve("commander")), "..", ".cache", "compiled"));
// A packed package contains JavaScript: Node does not strip types below node_modules.
const compiled = join(folder, "tarmac.js");
const program = existsSync(compiled) ? compiled : join(folder, "tarmac.ts");

if (program === compiled || process.features.typescript) {
  const { main } = await import(program);
  await main(process.argv.slice(2));
} else {
  const child = spawn(projectNode(), [program, ...process.argv.slice(2)], { stdio: "inherit" });
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
    return join(dirname(require.resolve("node/package.json")), "bin", "node");
  } catch {
    return "node-of-the-project";
  }
}
