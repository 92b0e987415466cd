/**
 * Policy packs on this machine. The language host that can be built from Go modules is too old to run them (`RunPlugin: not
 * supported`), so a pack with `runtime: nodejs` works only with the official host. For a runtime without a language host,
 * the engine looks for an executable `pulumi-analyzer-policy-RUNTIME`. This file writes one, which runs the same
 * `run-policy-pack` of the SDK as the official host, and a copy of the pack's description that names this runtime.
 */
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { writeLauncher } from "../host/launcher.ts";
import { checkoutFolder, nodeBinary, stateFolder } from "../layout.ts";
import { adaptersFolder } from "./select.ts";

const runtime = "nodepack";

/** For `--policy-pack`: the checkout's pack, with another runtime in its description. */
export const localPolicyPack = join(stateFolder, "policy");

/** Writes the executable and the pack's description. */
export function writePolicyHost(): void {
  const program = join(checkoutFolder, "node_modules", "@pulumi", "pulumi", "cmd", "run-policy-pack");
  writeLauncher(join(adaptersFolder, `pulumi-analyzer-policy-${runtime}`), [nodeBinary, program]);

  writeLocalPack(join(checkoutFolder, "policy"), localPolicyPack);
}

/** Writes a folder for `--policy-pack`, which runs the pack in another folder on this machine. It replaces the folder. */
export function writeLocalPack(pack: string, folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const description = "PulumiPolicy.yaml";
  writeFileSync(join(folder, description), withRuntime(readFileSync(join(pack, description), "utf8")));
  // Node follows links before it resolves imports, so it finds the pack's own rules and packages.
  for (const file of ["package.json", "index.mjs"]) symlinkSync(join(pack, file), join(folder, file));
}

/** The pack's description with this machine's runtime. */
export function withRuntime(description: string): string {
  const document = parseDocument(description);
  document.set("runtime", runtime);
  return document.toString();
}
