/**
 * Policy packs on this machine. The language host that can be built from Go modules is too old to run them (`RunPlugin: not
 * supported`), so the pack's own form for Pulumi's host, `runtime: nodejs`, starts nowhere but with the official one. For a
 * runtime without language host the engine looks for an executable `pulumi-analyzer-policy-RUNTIME`: here is one, which
 * runs the same `run-policy-pack` of the SDK as the official host does, and the pack's face for it.
 */
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { writeLauncher } from "../host/launcher.ts";
import { checkoutFolder, nodeBinary, stateFolder } from "../settings.ts";
import { adaptersFolder } from "./select.ts";

const runtime = "nodepack";

/** For `--policy-pack`: the checkout's pack in all but the name of its runtime. */
export const localPolicyPack = join(stateFolder, "policy");

/** Writes the executable and the pack's face. */
export function writePolicyHost(): void {
  const program = join(checkoutFolder, "node_modules", "@pulumi", "pulumi", "cmd", "run-policy-pack");
  writeLauncher(join(adaptersFolder, `pulumi-analyzer-policy-${runtime}`), [nodeBinary, program]);

  const pack = join(checkoutFolder, "policy");
  rmSync(localPolicyPack, { recursive: true, force: true });
  mkdirSync(localPolicyPack, { recursive: true });
  writeFileSync(
    join(localPolicyPack, "PulumiPolicy.yaml"),
    withRuntime(readFileSync(join(pack, "PulumiPolicy.yaml"), "utf8")),
  );
  // Node follows links before it looks for imports: the rules and their packages are those of the checkout.
  for (const file of ["package.json", "index.mjs"]) symlinkSync(join(pack, file), join(localPolicyPack, file));
}

/** The pack's description with this machine's runtime. */
export function withRuntime(description: string): string {
  const document = parseDocument(description);
  document.set("runtime", runtime);
  return document.toString();
}
