/**
 * Converts the service's TypeScript to JavaScript once, at build time. Otherwise each pod would load the compiler at every
 * start, which costs time and memory that a small pod does not have.
 *
 * Usage in the Dockerfile: `node stripTypes.ts <source folder> <target folder>`. Blanks replace the types, so lines and
 * columns in stack traces match the source.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Strips the types of one module and points its relative imports to the JavaScript files. */
export function toJavaScript(source: string): string {
  return stripTypeScriptTypes(source).replace(/(\b(?:from|import)\s*\(?\s*"\.{1,2}\/[^"\n]+)\.ts"/g, '$1.js"');
}

/** Converts all `.ts` files of a folder, recursively, to `.js` files at the same relative paths below the target. */
export function stripFolder(from: string, to: string): void {
  const files = readdirSync(from, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  for (const file of files) {
    const target = join(to, file.replace(/\.ts$/, ".js"));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, toJavaScript(readFileSync(join(from, file), "utf8")));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [from, to] = process.argv.slice(2);
  if (from === undefined || to === undefined)
    throw new Error("usage: node stripTypes.ts <source folder> <target folder>");
  stripFolder(from, to);
}
