/**
 * The language host on this machine. The one that can be built from Go modules knows the options of Pulumi.yaml as flags only,
 * which today's engine does not give: without this, every run of a program loads TypeScript and ts-node to no purpose.
 */
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { toolsFolder } from "../toolchain/folder.ts";
import { adaptersFolder } from "./select.ts";

const program = "pulumi-language-nodejs";

/** Writes an executable that gives the built host its flags; none where the CLI brought a host of its own. */
export function writeLanguageHost(): void {
  mkdirSync(adaptersFolder, { recursive: true });
  const executable = join(adaptersFolder, program);
  const host = join(toolsFolder(), program);
  rmSync(executable, { force: true });
  if (!existsSync(host)) return;
  writeFileSync(executable, languageHostScript(host));
  chmodSync(executable, 0o755);
}

/** The engine starts a host in the folder of the program's Pulumi.yaml. */
export const languageHostScript = (host: string): string =>
  [
    "#!/bin/sh",
    "if grep -Eqs '^[[:space:]]+typescript:[[:space:]]*false' Pulumi.yaml; then set -- -typescript=false \"$@\"; fi",
    `exec '${host.replaceAll("'", `'\\''`)}' "$@"`,
    "",
  ].join("\n");
