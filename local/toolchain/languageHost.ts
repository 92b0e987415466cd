/**
 * How the language host is started. The one that can be built from Go modules knows the options of Pulumi.yaml as flags only,
 * which today's engine does not give: without this, every run of a program loads TypeScript and ts-node to no purpose.
 */
import { quoted } from "../host/launcher.ts";

/** The engine starts a host in the folder of the program's Pulumi.yaml. */
export const languageHostLauncher = (binary: string): string =>
  [
    "#!/bin/sh",
    "if grep -Eqs '^[[:space:]]+typescript:[[:space:]]*false' Pulumi.yaml; then set -- -typescript=false \"$@\"; fi",
    `exec ${quoted(binary)} "$@"`,
    "",
  ].join("\n");
