import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeLauncher } from "../../../../local/host/launcher.ts";

const folder = mkdtempSync(join(tmpdir(), "tarmac-it's-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("runs its words followed by its arguments, whatever characters they contain", () => {
  const program = join(folder, "a program");
  writeFileSync(program, '#!/bin/sh\nprintf "%s|" "$@"\n');
  chmodSync(program, 0o755);
  const launcher = join(folder, "deep", "launcher");
  writeLauncher(launcher, [program, "$HOME 'x'"]);
  expect(execFileSync(launcher, ["two words", "*"], { encoding: "utf8" })).toBe("$HOME 'x'|two words|*|");
});

test("is executable again when it is written again", () => {
  const launcher = join(folder, "again");
  writeLauncher(launcher, ["true"]);
  chmodSync(launcher, 0o644);
  writeLauncher(launcher, ["true"]);
  expect(statSync(launcher).mode & 0o777).toBe(0o755);
});
