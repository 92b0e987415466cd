/**
 * Turns the service's TypeScript into JavaScript once, at build time: a pod that had to do it at each start would load
 * the compiler first, which takes time and memory of the little it has.
 *
 * Usage in the Dockerfile: `node stripTypes.ts <source folder> <target folder>`. Types are replaced by blanks, so the
 * line and column of an error are those of the source.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** One module: its types are taken out, and its relative imports name the JavaScript files. */
export function toJavaScript(source: string): string {
  return stripTypeScriptTypes(source).replace(/(\b(?:from|import)\s*\(?\s*"\.{1,2}\/[^"\n]+)\.ts"/g, '$1.js"');
}

/** All `.ts` files of a folder and the folders in it, each as a `.js` file at the same place below the target. */
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
