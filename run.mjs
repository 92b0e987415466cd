#!/usr/bin/env node
/**
 * Runs a program of this project, or a tool from its packages, on the project's own Node, after updating `node_modules`.
 *
 *   node run.mjs local/start.ts --yes      a TypeScript program of the project
 *   node run.mjs jest tests/unit/config    a tool from node_modules/.bin
 *
 * Plain JavaScript without dependencies, because it runs before anything is installed, on the machine's own Node.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(fileURLToPath(import.meta.url));
const bin = join(root, "node_modules", ".bin");
const [program, ...args] = process.argv.slice(2);
if (program === undefined) {
  console.error("usage: node run.mjs PROGRAM.ts|TOOL [ARGUMENT ...]");
  process.exit(2);
}

/** npm writes node_modules/.package-lock.json last, so a newer package-lock.json means a missing or outdated install. */
function upToDate() {
  const installed = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(installed) || !existsSync(join(root, "node_modules", "node", "bin", "node"))) return false;
  if (statSync(installed).mtimeMs >= statSync(join(root, "package-lock.json")).mtimeMs) return true;
  // A fresh checkout has a newer file with the same content, so compare the installed versions.
  const wanted = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  const present = JSON.parse(readFileSync(installed, "utf8")).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    // npm only links the project's own packages, so only the link can be missing.
    if (entry.link) return existsSync(join(root, path));
    if (!path.includes("node_modules/")) return true;
    // npm records what a package calls its own version there, which can be "v1.21.0" (@pulumi/policy).
    return entry.optional === true || present[path]?.version?.replace(/^v/, "") === entry.version;
  });
}

/** Runs `npm ci` and prints a line every few seconds, because npm prints nothing until it is done. */
async function install() {
  const started = Date.now();
  console.error("Installing the project's packages (npm ci) ...");
  const beat = setInterval(
    () => console.error(`  still installing, ${Math.round((Date.now() - started) / 1000)} s`),
    5000,
  );
  // Hides warnings about the Node that runs npm: the packages run on the Node that is being installed.
  const child = spawn("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
  });
  const code = await new Promise((resolve, reject) => child.on("error", reject).on("close", resolve));
  clearInterval(beat);
  if (code !== 0) {
    console.error(`npm ci failed with exit code ${code}; fix the error above, then run this command again.`);
    process.exit(2);
  }
  console.error(`Packages installed in ${Math.round((Date.now() - started) / 1000)} s.`);
}

if (!upToDate()) await install();

const env = {
  // Node keeps compiled modules, where `program/compileCache.ts` does too: halves the start of a command that imports Pulumi.
  NODE_COMPILE_CACHE: join(root, "node_modules", ".cache", "compiled"),
  ...process.env,
  PATH: `${bin}${delimiter}${process.env.PATH ?? ""}`,
};
const node = join(bin, "node");
const command = program.endsWith(".ts") ? [node, join(root, program), ...args] : [join(bin, program), ...args];
const result = spawnSync(command[0], command.slice(1), { cwd: root, env, stdio: "inherit" });
if (result.error) {
  console.error(`Cannot start ${program}: ${result.error.message}`);
  process.exit(2);
}
process.exit(result.status ?? 1);
