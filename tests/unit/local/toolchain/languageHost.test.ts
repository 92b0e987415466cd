import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { languageHostLauncher } from "../../../../local/toolchain/languageHost.ts";

const folder = mkdtempSync(join(tmpdir(), "tarmac-it's-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The host's arguments for a program with this description. */
function argumentsFor(description?: string): string {
  const host = join(folder, "host");
  writeFileSync(host, '#!/bin/sh\nprintf "%s|" "$@"\n');
  const script = join(folder, "pulumi-language-nodejs");
  writeFileSync(script, languageHostLauncher(host));
  for (const file of [host, script]) chmodSync(file, 0o755);
  if (description !== undefined) writeFileSync(join(folder, "Pulumi.yaml"), description);
  return execFileSync(script, ["127.0.0.1:1", "two words"], { cwd: folder, encoding: "utf8" });
}

test("the host gets the engine's arguments, and whether there is TypeScript to compile", () => {
  expect(argumentsFor()).toBe("127.0.0.1:1|two words|");
  expect(argumentsFor("name: a\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n")).toBe(
    "-typescript=false|127.0.0.1:1|two words|",
  );
  expect(argumentsFor("name: a\nruntime:\n  name: nodejs\n  options:\n    typescript: true\n")).toBe(
    "127.0.0.1:1|two words|",
  );
});
