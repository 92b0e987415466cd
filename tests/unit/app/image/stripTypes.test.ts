import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const appFolder = join(import.meta.dirname, "../../../../app");

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "strip-"))));
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the script as the Dockerfile does. */
function strip(from: string): string {
  const to = join(folder, "js");
  const script = join(appFolder, "image/stripTypes.ts");
  execFileSync(process.execPath, ["--disable-warning=ExperimentalWarning", script, from, to]);
  return to;
}

test("strips types, points relative imports to JavaScript, and keeps line numbers", () => {
  const from = join(folder, "src");
  mkdirSync(join(from, "deep"), { recursive: true });
  const source = [
    'import type { Shape } from "./shape.ts";',
    'import { area } from "./deep/area.ts";',
    'import pkg from "some-package/file.ts";',
    'export { area } from "../other.ts";',
    'const lazy = import("./lazy.ts");',
    "export const value: number = area(pkg as Shape);",
    'const text = "./shape.ts";',
  ];
  writeFileSync(join(from, "main.ts"), source.join("\n"));
  writeFileSync(join(from, "deep/area.ts"), "export const area = (x: unknown): number => Number(x);");
  writeFileSync(join(from, "notes.md"), "not a source");

  const to = strip(from);
  expect(readdirSync(to, { recursive: true }).sort()).toEqual(["deep", "deep/area.js", "main.js"]);
  const lines = readFileSync(join(to, "main.js"), "utf8").split("\n");
  expect(lines.map((line) => line.replace(/ +/g, " ").trim())).toEqual([
    "",
    'import { area } from "./deep/area.js";',
    'import pkg from "some-package/file.ts";',
    'export { area } from "../other.js";',
    'const lazy = import("./lazy.js");',
    "export const value = area(pkg );",
    'const text = "./shape.ts";',
  ]);
});

test("the service's own sources load as JavaScript", () => {
  const to = strip(join(appFolder, "src"));
  const sources = readdirSync(join(appFolder, "src"));
  expect(readdirSync(to)).toEqual(sources.map((file) => file.replace(/\.ts$/, ".js")));
  writeFileSync(join(folder, "package.json"), '{ "name": "stripped", "type": "module" }');
  const script = `import { readSettings } from ${JSON.stringify(join(to, "settings.js"))};
    import ${JSON.stringify(join(to, "server.js"))};
    console.log(readSettings({}).serviceName)`;
  const output = execFileSync(process.execPath, ["--no-strip-types", "--input-type=module", "-e", script], {
    encoding: "utf8",
  });
  expect(output).toBe("stripped\n");
});
