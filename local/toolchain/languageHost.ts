/**
 * Starts the language host with flags. The host that can be built from Go modules accepts the options of Pulumi.yaml only as flags,
 * which today's engine does not pass. Without them, every run of a program loads TypeScript and ts-node unnecessarily.
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
